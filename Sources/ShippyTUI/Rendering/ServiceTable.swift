import ShippyCore

/// The list of services, with instance counts by state.
struct ServiceTable {
    private let renderer: PanelRenderer
    private let list: ServiceList
    private let model: RegistryModel
    private let columns: [ServiceColumn]
    private let nameWidth: Int

    init(_ renderer: PanelRenderer) {
        self.renderer = renderer
        let (list, model) = (renderer.panel.services, renderer.panel.model)
        self.list = list
        self.model = model
        let names = list.shown.map { renderer.capabilities.showable(model.services[$0].name).columns }.max() ?? 0
        let wanted = max(names, Self.totalName.columns, ServiceColumn.service.title.columns + 2)
        // The name gets at least this much; the counts share the rest.
        var room = renderer.size.width - 2 - min(wanted, max(8, renderer.size.width / 3))
        let columns = ServiceColumn.allCases.dropFirst().filter {
            room -= Self.width($0)
            return room >= 0
        }
        self.columns = columns
        nameWidth = min(wanted, max(0, renderer.size.width - 2 - columns.map(Self.width).reduce(0, +)))
    }

    private static let totalName = "all services"

    private static func width(_ column: ServiceColumn) -> Int { max(column.title.columns, 6) + 3 }

    private func title(_ column: ServiceColumn) -> String {
        column.title + (column == list.column ? renderer.capabilities.sortMark(isDescending: list.isDescending) : "")
    }

    var header: Line {
        var line = renderer.emptyLine
        line.add("  ", .title)
        line.add(title(.service), .title, width: nameWidth)
        for column in columns { line.add(title(column).padding(before: Self.width(column)), .title) }
        line.fill(.title)
        return line
    }

    func lines(_ height: Int) -> [Line] {
        guard !list.shown.isEmpty else {
            return [renderer.emptyList(list.filter.isEmpty ? nil : "no service matches the filter")]
        }
        return (list.cursor.top..<min(list.count, list.cursor.top + height)).map { index in
            let service = list.service(at: index)
            let counts = service.map { model.services[$0].counts } ?? model.counts
            let changedAt = service.map { model.services[$0].changedAt } ?? -.infinity
            return line(
                service.map { model.services[$0].name } ?? Self.totalName, counts, isSelected: index == list.cursor.index,
                isNew: renderer.now.seconds - changedAt < RegistryModel.highlightTime)
        }
    }

    private func line(_ name: String, _ counts: StateCounts, isSelected: Bool, isNew: Bool) -> Line {
        var line = renderer.emptyLine
        let isStale = model.connection.isStale
        let base = TextStyle(isBold: isNew || isSelected, isDim: isStale, isReverse: isSelected)
        line.add(isSelected ? "> " : "  ", base)
        line.add(renderer.capabilities.showable(name), base, width: nameWidth, ellipsis: renderer.capabilities.ellipsis)
        for column in columns {
            let count = column.count(counts) ?? 0
            var style = base
            if !isStale, count > 0, let state = column.state { style.color = state.style.color }
            line.add((count == 0 ? "-" : PanelRenderer.grouped(count)).padding(before: Self.width(column)), style)
        }
        line.fill(base)
        return line
    }
}

extension ServiceColumn {
    fileprivate var state: InstanceState? {
        switch self {
        case .service, .instances: nil
        case .alive: .alive
        case .expiring: .expiring
        case .unreachable: .unreachable
        case .gone: .gone
        case .foreign: .foreign
        }
    }
}
