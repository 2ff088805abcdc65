import ShippyCore
import ShippyStory

/// The lines above the list.
extension PanelRenderer {
    var statusLine: Line {
        let model = panel.model
        let (text, style): (String, TextStyle) =
            switch panel.connection {
            case .loading where panel.tab == .registry && model.counts.living > 0:
                ("loading \(Self.grouped(model.counts.living))\(capabilities.ellipsis)", .warning)
            case .loading: ("loading\(capabilities.ellipsis)", .warning)
            case .live: ("live", TextStyle(color: .green, isBold: true))
            case .stale(let since, let reason): ("stale for \(Self.age(now.seconds - since)), reconnecting: \(reason)", .error)
            }
        var line = emptyLine
        line.add("shippy ", .bold)
        if let context = panel.options.context { line.add("\(capabilities.showable(context.name))  ", context.isProtected ? .error : .bold) }
        if !layout.hasTabs, panel.tab != .registry { line.add("\(panel.tab.name) ", .bold) }
        line.add(capabilities.showable(text), style, ellipsis: capabilities.ellipsis)
        if let waiting = panel.waiting { line.add("  frozen, \(Self.grouped(waiting)) changes waiting (Z resumes)", .warning) }
        if panel.options.isReadOnly { line.add("  read-only", .dim) }
        let place = statusPlaces.first { $0.columns <= line.room } ?? ""
        line.fill(leaving: place.columns)
        line.add(place, .dim)
        return line
    }

    /// What the right end of the status line says, the longest first.
    private var statusPlaces: [String] {
        let model = panel.model
        let access = panel.options.access.map { "  \(capabilities.showable($0))" } ?? ""
        switch panel.tab {
        case .registry:
            let rate = model.changesPerSecond > 0 ? "  \(Self.grouped(model.changesPerSecond)) changes/s" : ""
            let revision = "  rev \(model.revision)\(rate)"
            let place = "  \(capabilities.showable(panel.options.registry))"
            return ["\(access)\(place)\(revision)", "\(place)\(revision)", revision, rate]
        case .events: return ["\(access)  \(capabilities.showable(panel.options.bus))", access]
        case .overview, .users, .mails, .story: return ["\(access)  \(capabilities.showable(panel.options.store))", access]
        }
    }

    func addTabs(to screen: inout Screen) {
        var line = emptyLine
        let isShort = PanelTab.allCases.map { $0.name.count + 5 }.reduce(0, +) > size.width
        for tab in PanelTab.allCases {
            let start = size.width - line.room
            if tab == panel.tab {
                line.add(" \(tab.rawValue + 1) \(tab.name) ", .selection)
            } else {
                line.add(" \(tab.rawValue + 1)", TextStyle(color: .cyan))
                line.add(isShort ? " " : " \(tab.name) ")
            }
            screen.add(Screen.Region(line: screen.lines.count, columns: start..<(size.width - line.room), target: .tab(tab)))
            line.add(" ")
        }
        screen.add(line)
    }

    var countsLine: Line {
        var line = emptyLine
        let overview = panel.overview
        switch panel.tab {
        case .registry: addInstanceCounts(to: &line)
        case .users:
            line.add(overview.users.map { Self.counted($0, "user") } ?? "users", .bold)
            let rate = overview.creations.last(2, now.wall).reduce(0, +)
            if rate > 0 { line.add("  \(Self.grouped((rate + 1) / 2)) created/s") }
        case .mails: addMailCounts(to: &line)
        case .events: addEventCounts(to: &line)
        case .overview, .story: break
        }
        return line
    }

    func addInstanceCounts(to line: inout Line) {
        let model = panel.model
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
    }

    func addMailCounts(to line: inout Line) {
        guard let mails = panel.overview.mails else { return line.add("mails", .bold) }
        line.add(Self.counted(mails.values.reduce(0, +), "mail"), .bold)
        for state in [Mail.State.dead, .queued, .sending, .sent, .cancelled] where mails[state, default: 0] > 0 {
            let style: TextStyle = state == .dead ? .error : state == .sent ? TextStyle(color: .green) : .plain
            line.add("  \(Self.grouped(mails[state]!)) \(state.rawValue)", style)
        }
    }

    func addEventRange(_ bus: BusStatus, to line: inout Line) {
        line.add(Self.counted(bus.count, "event"), .bold)
        if bus.count > 0 { line.add(", \(Self.grouped(Int(bus.firstSequence))) to \(Self.grouped(Int(bus.lastSequence)))") }
    }

    func addEventCounts(to line: inout Line) {
        guard let bus = panel.overview.busStatus else { return line.add("events", .bold) }
        addEventRange(bus, to: &line)
        if bus.deadLetters > 0 { line.add("  \(Self.counted(bus.deadLetters, "dead letter"))", .error) }
        for consumer in bus.consumers {
            let text = "  \(capabilities.showable(consumer.name)) \(Self.grouped(consumer.lag)) behind"
            guard text.columns <= line.room else { return }
            line.add(text, consumer.lag > 0 ? .warning : .plain)
        }
    }

    var pathLine: Line {
        var line = emptyLine
        line.add(capabilities.showable(path), .bold, ellipsis: capabilities.ellipsis)
        guard let state = panel.listState else { return line }
        line.add("  \(extent(state))", .dim)
        if !state.filter.text.isEmpty {
            line.add("  filter: ", .dim)
            line.add(capabilities.showable(state.filter.text), state.filter.fault == nil ? .warning : .error, ellipsis: capabilities.ellipsis)
            // While the filter is being typed, the prompt shows the error.
            if panel.prompt == nil, let fault = state.filter.fault { line.add("  \(fault)", .error, ellipsis: capabilities.ellipsis) }
        }
        if state.showsOnlyProblems { line.add("  only problems", .warning) }
        if state.marked > 0 { line.add("  \(state.marked) marked", .warning) }
        if let following = state.following {
            line.add(
                "  following \(capabilities.showable(following.name))\(following.isThere ? "" : ", which is gone")", .warning,
                ellipsis: capabilities.ellipsis)
        }
        return line
    }

    private var path: String {
        switch panel.tab {
        case .registry:
            let parts = panel.registry.views.map { view in
                switch view {
                case .services: "services"
                case .instances(let service): service ?? "all services"
                case .history: "history"
                case .detail(let key): key.id
                }
            }
            return parts.joined(separator: capabilities.separator)
        case .story: return panel.story.subject.map { "story of \($0.name)" } ?? "story"
        case .overview, .users, .mails, .events: return panel.tab.name
        }
    }

    /// `34 of 2,000`, and how far they have been read or searched.
    private func extent(_ state: ListState) -> String {
        let total = panel.total
        let shown = total.map { "\(Self.grouped(state.shown)) of \(Self.grouped(max($0, state.shown)))" } ?? Self.grouped(state.shown)
        if let search = panel.search {
            switch search.progress {
            case .going: return "\(shown), searching: \(Self.grouped(search.scanned)) more looked at\(capabilities.ellipsis)"
            case .complete: return shown
            case .full: return "\(shown), and more: type more to find them"
            }
        }
        if panel.isFull { return "\(shown), more with a filter" }
        return panel.goesOn ? "\(shown), more below" : shown
    }

    // MARK: Below the list

    func eventLines(_ count: Int) -> [Line] {
        var rule = emptyLine
        rule.add("\(capabilities.rule)\(capabilities.rule) events ", .dim)
        if rule.room > 0 { rule.add(String(repeating: capabilities.rule, count: rule.room), .dim) }
        let events = panel.events.newest(count - 1)
        let shown = events.map { event in
            line(event.isNotice ? event.text : "\(event.sequence!)  \(event.subject)  \(event.text)", event.isNotice ? .warning : .plain)
        }
        return [rule] + (events.isEmpty ? [line("no events yet: shippy user create ada@example.com causes one", .dim)] : shown)
    }
}

extension BusStatus {
    /// The number of events on the bus.
    var count: Int { max(0, Int(lastSequence - firstSequence) + 1) }
}

extension Panel {
    /// How many items there are, whether read or not; nil while unknown.
    var total: Int? {
        switch place {
        case .users: overview.users
        case .mails: overview.mails.map { $0.values.reduce(0, +) }
        case .events: overview.busStatus?.count
        case .services: model.serviceCount
        case .instances: registry.service == nil ? model.counts.living : nil
        case .history, nil: nil
        }
    }

    /// Whether there are more items, but no more are read.
    var isFull: Bool {
        switch place {
        case .users: users.isFull
        case .mails: mails.isFull
        case .services, .instances, .history, .events, nil: false
        }
    }

    /// Whether there are more items than have been read.
    var goesOn: Bool {
        switch place {
        case .users: !users.isAtEnd && users.connection != .loading
        case .mails: !mails.isAtEnd && mails.connection != .loading
        case .services, .instances, .history, .events, nil: false
        }
    }

    var search: (scanned: Int, progress: SearchProgress)? {
        switch place {
        case .users: users.search.map { ($0.scanned, $0.progress) }
        case .mails: mails.search.map { ($0.scanned, $0.progress) }
        case .services, .instances, .history, .events, nil: nil
        }
    }
}

extension RowList<EventRow> {
    /// The newest events, the last of them last.
    func newest(_ count: Int) -> [EventRow] {
        guard count > 0, let last = store.lastID else { return [] }
        return ((last - count + 1)...last).compactMap(store.row)
    }
}
