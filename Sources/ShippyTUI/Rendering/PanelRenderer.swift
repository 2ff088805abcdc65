import ShippyCore

/// Draws the panel. The same panel, size, capabilities and time always give the same screen.
package struct PanelRenderer {
    let panel: Panel
    let size: Size
    let capabilities: Capabilities
    let now: Moment
    let layout: PanelLayout

    /// Call ``Panel/refresh(_:_:)`` with the same size first.
    package static func render(_ panel: Panel, _ size: Size, _ capabilities: Capabilities, _ now: Moment) -> Screen {
        PanelRenderer(panel: panel, size: size, capabilities: capabilities, now: now, layout: PanelLayout(size, panel)).render()
    }

    private func render() -> Screen {
        var screen = Screen(size)
        if layout.hasStatus { screen.add(statusLine) }
        if layout.hasTabs { addTabs(to: &screen) }
        if layout.hasCounts { screen.add(countsLine) }
        if layout.hasPath { screen.add(pathLine) }
        let footer = layout.hasFooter ? 1 : 0
        let body = size.height - screen.lines.count - footer - layout.events
        if case .palette(let field, let index) = panel.prompt {
            screen.add(paletteLines(field.text, index, body))
        } else if let top = panel.helpTop {
            screen.add(helpLines(body, top: top))
        } else if let shown = panel.body {
            screen.add(mailLines(shown, body))
        } else {
            addBody(to: &screen, body)
        }
        screen.fill(leaving: footer + layout.events)
        screen.cut(to: size.height - footer - layout.events)
        if layout.events > 0 { screen.add(eventLines(layout.events)) }
        screen.fill(leaving: footer)
        if layout.hasFooter {
            let (line, cursor) = footerLine
            screen.add(line)
            screen.cursor = cursor.map { Screen.Position(line: size.height - 1, column: $0) }
        }
        return screen
    }

    private func addBody(to screen: inout Screen, _ height: Int) {
        switch panel.tab {
        case .overview: screen.add(overviewLines(height))
        case .users: addList(panel.users.list, to: &screen)
        case .mails: addList(panel.mails.list, to: &screen)
        case .events: addList(panel.events, to: &screen)
        case .story: screen.add(storyLines(height))
        case .registry:
            switch panel.registry.view {
            case .services: addList(panel.model.services, to: &screen)
            case .instances(let service): addList(panel.model.instances, hidden: service == nil ? [] : [.service], to: &screen)
            case .history: addList(panel.model.history, to: &screen)
            case .detail(let key): screen.add(detailLines(key, height))
            }
        }
    }

    private func addList<Row: ListRow>(_ list: RowList<Row>, hidden: Set<Row.Column> = [], to screen: inout Screen) {
        let table = ListTable(
            list, look, width: layout.listWidth, height: layout.list, hidden: hidden, isStale: panel.connection.isStale)
        let side = layout.sideWidth > 0 ? list.selected.map { detailLines($0.details(look), width: layout.sideWidth) } ?? [] : []
        func beside(_ line: Line, _ index: Int) -> Line {
            guard layout.sideWidth > 0 else { return line }
            var line = line
            line.widen(to: size.width)
            line.add(" \(capabilities.bar) ", .dim)
            if side.indices.contains(index) { line.append(side[index]) }
            return line
        }
        if layout.hasColumns { screen.add(beside(table.header, 0)) }
        let lines = table.lines
        let first = screen.lines.count
        for index in 0..<layout.list {
            let line = lines.indices.contains(index) ? lines[index] : index == 0 ? emptyList : Line(width: layout.listWidth, isFilled: true)
            screen.add(beside(line, index + (layout.hasColumns ? 1 : 0)))
        }
        for index in lines.indices {
            screen.add(Screen.Region(line: first + index, columns: 0..<layout.listWidth, target: .row(list.cursor.top + index)))
        }
    }

    var look: Look { Look(capabilities: capabilities, now: now, countdownTime: countdownTime) }

    /// The time for countdowns. It stops while the registry is unreachable, because the leases are then unknown.
    private var countdownTime: Double {
        if case .stale(let since, _) = panel.model.connection { min(since, now.seconds) } else { now.seconds }
    }

    var emptyLine: Line { Line(width: size.width) }

    /// Says why a list is empty.
    private var emptyList: Line {
        let state = panel.listState
        let text: String
        if panel.connection == .loading {
            text = "loading \(panel.tab == .registry ? "the registry" : panel.tab.name)\(capabilities.ellipsis)"
        } else if state?.filter.isEmpty == false {
            text = panel.search?.progress == .going ? "nothing found yet" : "nothing matches the filter: Esc clears it"
        } else if state?.showsOnlyProblems == true {
            text = "no problems: ! shows everything"
        } else {
            text =
                switch panel.place {
                case .users: "no users yet: shippy user create ada@example.com creates one"
                case .mails: "no mails yet"
                case .events: "no events yet: shippy user create ada@example.com causes one"
                case .history: "no instance has left since the panel was opened"
                case .instances: panel.registry.service.map { "no instances of \($0) are registered" } ?? Self.noInstances
                case .services, nil: Self.noInstances
                }
        }
        var line = Line(width: layout.listWidth)
        line.add(capabilities.showable("  \(text)"), .dim, ellipsis: capabilities.ellipsis)
        line.fill()
        return line
    }

    private static let noInstances = "no instances are registered: start some with shippy up"

    /// The lines that fit into `height`, starting at `top` or as far down as possible.
    func window(_ lines: [Line], _ height: Int, top: Int) -> [Line] {
        Array(lines.dropFirst(min(top, max(0, lines.count - height))).prefix(max(0, height)))
    }

    func line(_ text: String, _ style: TextStyle = .plain) -> Line {
        var line = emptyLine
        line.add(capabilities.showable(text), style, ellipsis: capabilities.ellipsis)
        return line
    }

    // MARK: Texts

    /// `1 instance`, `2 instances`
    static func counted(_ number: Int, _ noun: String) -> String { "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// 1234567 as `1,234,567`.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return String(digits.indices.flatMap { $0 > 0 && (digits.count - $0) % 3 == 0 ? [",", digits[$0]] : [digits[$0]] })
    }

    /// Seconds; from a minute on, the two largest units.
    static func age(_ seconds: Double) -> String {
        let whole = Int(max(0, seconds))
        return switch whole {
        case ..<60: "\(whole)s"
        case ..<3600: "\(whole / 60)m\(whole % 60)s"
        case ..<86_400: "\(whole / 3600)h\(whole % 3600 / 60)m"
        default: "\(whole / 86_400)d\(whole % 86_400 / 3600)h"
        }
    }
}
