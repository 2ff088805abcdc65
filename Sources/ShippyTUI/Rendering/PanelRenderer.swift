import ShippyCore

/// Draws the panel. The same panel, size, capabilities and time always give the same screen.
package struct PanelRenderer {
    let panel: Panel
    let size: Size
    let capabilities: Capabilities
    let now: Moment

    /// Call ``Panel/refresh(_:_:)`` with the same size first.
    package static func render(_ panel: Panel, _ size: Size, _ capabilities: Capabilities, _ now: Moment) -> Screen {
        PanelRenderer(panel: panel, size: size, capabilities: capabilities, now: now).render()
    }

    private func render() -> Screen {
        let layout = PanelLayout(size, hasEvents: panel.events != nil)
        var screen = Screen(size)
        if layout.hasStatus { screen.add(statusLine) }
        if layout.hasCounts { screen.add(countsLine) }
        if layout.hasPath { screen.add(pathLine) }
        let footer = layout.hasFooter ? 1 : 0
        let body = size.height - screen.lines.count - footer - layout.events
        if let top = panel.helpTop {
            screen.add(helpLines(body, top: top))
        } else {
            switch panel.view {
            case .services:
                let table = ServiceTable(self)
                if layout.hasColumns { screen.add(table.header) }
                screen.add(table.lines(layout.list))
            case .instances:
                let table = InstanceTable(self, layout.list)
                if layout.hasColumns { screen.add(table.header) }
                screen.add(table.lines)
            case .detail(let key):
                screen.add(detailLines(key, body))
            }
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

    /// The time for countdowns. It stops while the registry is unreachable, because the leases are then unknown.
    var leaseTime: Double {
        if case .stale(let since, _) = panel.model.connection { min(since, now.seconds) } else { now.seconds }
    }

    var emptyLine: Line { Line(width: size.width) }

    /// Says why a list is empty. By default, no instance is registered.
    func emptyList(_ reason: String?) -> Line {
        let text =
            panel.model.isComplete
            ? reason ?? "no instances are registered: start some with shippy up" : "loading the registry\(capabilities.ellipsis)"
        return line("  \(text)", .dim)
    }

    /// The lines that fit into `height`, starting at `top` or as far down as possible.
    func window(_ lines: [Line], _ height: Int, top: Int) -> [Line] {
        Array(lines.dropFirst(min(top, max(0, lines.count - height))).prefix(height))
    }

    func line(_ text: String, _ style: TextStyle = .plain) -> Line {
        var line = emptyLine
        line.add(capabilities.showable(text), style, ellipsis: capabilities.ellipsis)
        return line
    }

    // MARK: Above the list

    private var statusLine: Line {
        let model = panel.model
        let (text, style): (String, TextStyle) =
            switch model.connection {
            case .loading:
                ("loading\(model.counts.living > 0 ? " \(Self.grouped(model.counts.living))" : "")\(capabilities.ellipsis)", .warning)
            case .live: ("live", TextStyle(color: .green, isBold: true))
            case .stale(let since, let reason): ("stale for \(Self.age(now.seconds - since)), reconnecting: \(reason)", .error)
            }
        var line = emptyLine
        line.add("shippy ", .bold)
        if let context = panel.options.context { line.add("\(capabilities.showable(context.name))  ", context.isProtected ? .error : .bold) }
        line.add(capabilities.showable(text), style, ellipsis: capabilities.ellipsis)
        if let waiting = panel.waiting { line.add("  frozen, \(Self.grouped(waiting)) changes waiting (Z resumes)", .warning) }
        if panel.options.isReadOnly { line.add("  read-only", .dim) }
        let rate = model.changesPerSecond > 0 ? "  \(Self.grouped(model.changesPerSecond)) changes/s" : ""
        let right = "  \(capabilities.showable(panel.options.registry))  rev \(model.revision)\(rate)"
        let place = [right, "  rev \(model.revision)\(rate)", rate].first { $0.columns <= line.room } ?? ""
        line.fill(leaving: place.columns)
        line.add(place, .dim)
        return line
    }

    private var countsLine: Line {
        let model = panel.model
        var line = emptyLine
        let living = model.counts.living
        line.add("\(Self.counted(model.serviceCount, "service")), \(Self.counted(living, "instance"))", .bold)
        var room = line.room
        var texts: [InstanceState: String] = [:]
        // On a narrow terminal, the counts that call for action stay.
        for state in [InstanceState.unreachable, .expiring, .foreign, .alive, .gone] where model.counts[state] > 0 {
            let text = "  \(state.symbol(capabilities)) \(Self.grouped(model.counts[state])) \(state.name)"
            guard text.columns <= room else { continue }
            texts[state] = text
            room -= text.columns
        }
        let unprobed = " (\(Self.grouped(model.counts.unprobed)) unprobed)"
        for state in InstanceState.allCases {
            guard let text = texts[state] else { continue }
            line.add(text, state.style)
            if state == .alive, model.counts.unprobed > 0, unprobed.columns <= room { line.add(unprobed, .plain) }
        }
        return line
    }

    private var pathLine: Line {
        var parts: [String] = []
        for view in panel.views {
            switch view {
            case .services: parts.append("services")
            case .instances(let service): parts.append(service ?? "all services")
            case .detail(let key): parts.append(key.id)
            }
        }
        var line = emptyLine
        line.add(capabilities.showable(parts.joined(separator: capabilities.separator)), .bold, ellipsis: capabilities.ellipsis)
        let filter = panel.filter
        if !filter.text.isEmpty {
            line.add("  filter: ", .dim)
            line.add(capabilities.showable(filter.text), filter.fault == nil ? .warning : .error, ellipsis: capabilities.ellipsis)
            if case .instances = panel.view { line.add("  \(Self.grouped(panel.instances.shown.count)) shown", .dim) }
            // While the filter is being typed, the prompt shows the error.
            if panel.prompt == nil, let fault = filter.fault { line.add("  \(fault)", .error, ellipsis: capabilities.ellipsis) }
        }
        if case .instances = panel.view {
            if !panel.instances.marks.isEmpty { line.add("  \(panel.instances.marks.count) marked", .warning) }
            if panel.instances.cursor.isFollowing, let key = panel.instances.cursor.id {
                let isThere = panel.model.row(of: key).map { $0.departure == nil } ?? false
                line.add("  following \(capabilities.showable(key.id))\(isThere ? "" : ", which is gone")", .warning, ellipsis: capabilities.ellipsis)
            }
        }
        return line
    }

    // MARK: Below the list

    private func eventLines(_ count: Int) -> [Line] {
        var rule = emptyLine
        let title = "\(capabilities.rule)\(capabilities.rule) user.created "
        rule.add(title, .dim)
        if rule.room > 0 { rule.add(String(repeating: capabilities.rule, count: rule.room), .dim) }
        let events = panel.events ?? []
        let shown = events.suffix(count - 1).map { line($0.text, $0.isNotice ? .warning : .plain) }
        return [rule] + (events.isEmpty ? [line("no events yet: shippy user create ada@example.com causes one", .dim)] : shown)
    }

    /// The last line, and the column of the text cursor.
    private var footerLine: (Line, cursor: Int?) {
        var line = emptyLine
        switch panel.prompt {
        case .filter(let field, _):
            line.add("/", .bold)
            addField(field, to: &line)
            let cursor = size.width - line.room
            if let fault = panel.filter.fault {
                line.add("  \(fault)", .error)
            } else if field.text.isEmpty {
                line.add("  text, key=value, !word, re:expression", .dim)
            }
            return (line, min(cursor, size.width - 1))
        case .export(let field):
            line.add("Write \(Self.counted(panel.instances.shown.count, "instance")) to: ", .bold)
            addField(field, to: &line)
            return (line, min(size.width - line.room, size.width - 1))
        case .deregister(let chosen):
            let place = panel.options.context.map { " in \(capabilities.showable($0.name))" } ?? ""
            addQuestion(about: chosen, "\(place)? y/N ", leaving: 0, to: &line)
            return (line, min(size.width - line.room, size.width - 1))
        case .deregisterProtected(let chosen, let field):
            let name = capabilities.showable(panel.options.context?.name ?? "")
            addQuestion(about: chosen, " in \(name)? Type \(name): ", leaving: name.columns + 1, to: &line)
            addField(field, to: &line)
            return (line, min(size.width - line.room, size.width - 1))
        case nil:
            break
        }
        if let message = panel.message {
            line.add(capabilities.showable(message.text), message.isError ? .error : .bold, ellipsis: capabilities.ellipsis)
            return (line, nil)
        }
        for (keys, text) in KeyBinding.hints(panel) {
            guard "\(keys) \(text)".columns <= line.room else { break }
            line.add(keys, .bold)
            line.add(" \(text)  ", .dim)
        }
        return (line, nil)
    }

    /// - Parameter room: the width left for an answer.
    private func addQuestion(about chosen: [Instance], _ question: String, leaving room: Int, to line: inout Line) {
        let names = capabilities.showable(chosen.map { "\($0.service) \($0.id)" }.joined(separator: ", "))
        line.add("Deregister \(chosen.count == 1 ? "" : "\(chosen.count): ")", .error)
        line.add(names, .error, width: min(names.columns, max(0, line.room - question.columns - room)), ellipsis: capabilities.ellipsis)
        line.add(question, .error)
    }

    /// Adds the text, or its end if it is longer than the line.
    private func addField(_ field: TextField, to line: inout Line) {
        var text = Substring(capabilities.showable(field.text))
        while String(text).columns >= max(1, line.room) { text = text.dropFirst() }
        line.add(String(text), field.isProposal ? TextStyle(isReverse: true) : .plain)
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
