import ShippyCore

/// The list of instances. The least important columns are dropped first if the screen is too narrow.
struct InstanceTable {
    private struct Column {
        var kind: InstanceColumn
        var width: Int
    }

    /// The selected and the marked instances have a sign before them.
    private static let signWidth = 2
    private static let gap = 2

    private let renderer: PanelRenderer
    private let list: InstanceList
    private let model: RegistryModel
    private let rows: [InstanceRow]
    private let columns: [Column]

    /// - Parameter height: the number of lines.
    init(_ renderer: PanelRenderer, _ height: Int) {
        self.renderer = renderer
        list = renderer.panel.instances
        model = renderer.panel.model
        let (shown, model) = (list.shown, model)
        rows = shown[min(list.cursor.top, shown.count)...].prefix(height).compactMap { model.rows[$0] }
        columns = Self.columns(rows, list, renderer)
    }

    private static func columns(_ rows: [InstanceRow], _ list: InstanceList, _ renderer: PanelRenderer) -> [Column] {
        var room = renderer.size.width - signWidth
        var columns: [Column] = []
        let kinds = InstanceColumn.allCases.filter { $0 != .service || list.service == nil }
        for kind in kinds.sorted(by: { $0.priority < $1.priority }) {
            let text = rows.map { cell(kind, $0, renderer).columns }.max() ?? 0
            // Rounded up, so that columns seldom move while the user scrolls.
            let wanted = max((text + 3) / 4 * 4, kind.title.columns + 1)
            let width =
                switch kind {
                case .state: room >= 60 ? 13 : 1
                case .left: 5
                case .metadata: room
                default: min(wanted, kind == .id ? max(8, room / 2) : wanted)
                }
            guard width <= room, width > 0, kind != .metadata || room >= 12 else {
                // The ID always stays, even if cut.
                if kind == .id, room > 0 { columns.append(Column(kind: kind, width: room)) }
                break
            }
            columns.append(Column(kind: kind, width: width))
            room -= width + gap
        }
        let order = InstanceColumn.allCases
        return columns.sorted { order.firstIndex(of: $0.kind)! < order.firstIndex(of: $1.kind)! }
    }

    var header: Line {
        var line = renderer.emptyLine
        line.add("  ", .title)
        for column in columns {
            let mark = column.kind == list.order.column ? renderer.capabilities.sortMark(isDescending: list.order.isDescending) : ""
            line.add(column.width == 1 ? " " : column.kind.title + mark, .title, width: column.width)
            line.add("  ", .title)
        }
        line.fill(.title)
        return line
    }

    var lines: [Line] {
        guard rows.isEmpty else { return rows.map(line) }
        let reason =
            list.filter.isEmpty ? list.service.map { "no instances of \($0) are registered" } : "no instance matches the filter: Esc clears it"
        return [renderer.emptyList(reason)]
    }

    private func line(_ row: InstanceRow) -> Line {
        let key = row.instance.key
        let isSelected = key == list.cursor.id
        let isMarked = list.marks.contains(key)
        let isStale = model.connection.isStale
        var base = TextStyle(isReverse: isSelected)
        base.isDim = isStale || row.departure != nil
        base.isBold = !base.isDim && (isMarked || renderer.now.seconds - row.changedAt < RegistryModel.highlightTime)
        var line = renderer.emptyLine
        line.add(isSelected ? ">" : " ", base)
        line.add(isMarked ? "*" : " ", base)
        for column in columns {
            var style = base
            if !isStale, column.kind == .state || (column.kind == .left && row.state == .expiring) {
                style.color = row.state.style.color
                style.isBold = style.isBold || row.state.style.isBold
            }
            let text = Self.cell(column.kind, row, renderer)
            switch column.kind {
            case .left: line.add(text.padding(before: column.width), style, width: column.width)
            case .state where column.width == 1: line.add(row.state.symbol(renderer.capabilities), style, width: 1)
            case .id:
                line.add(text.cutInMiddle(to: column.width, ellipsis: renderer.capabilities.ellipsis), style, width: column.width)
            default: line.add(text, style, width: column.width, ellipsis: renderer.capabilities.ellipsis)
            }
            line.add("  ", base)
        }
        line.fill(base)
        return line
    }

    private static func cell(_ kind: InstanceColumn, _ row: InstanceRow, _ renderer: PanelRenderer) -> String {
        let instance = row.instance
        let text =
            switch kind {
            case .state: "\(row.state.symbol(renderer.capabilities)) \(row.state.name)"
            case .service: instance.service
            case .id: instance.id
            case .address: instance.address
            case .protocol: instance.protocol
            case .version: instance.version
            case .left: row.timeLeft(renderer.leaseTime).map { "\(Int($0.rounded(.up)))s" } ?? "-"
            case .age: instance.registeredAt.map { PanelRenderer.age((renderer.now.wall - $0).seconds) } ?? "-"
            case .metadata: row.departure?.reason.rawValue ?? instance.metadataText
            }
        return renderer.capabilities.showable(text)
    }
}
