import ShippyCore

extension PanelRenderer {
    private static let labelWidth = 14
    private static let bars = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    private static let asciiBars = [".", ":", "-", "=", "+", "*", "#", "@"]

    /// The screen to leave open.
    func overviewLines(_ height: Int) -> [Line] {
        let overview = panel.overview
        var lines = engineLines
        lines.append(creationLine)
        lines.append(labelled("users", overview.users.map(Self.grouped) ?? "-"))
        if let outbox = overview.outbox {
            var line = labelled("outbox", "")
            let age = outbox.pending > 0 ? ", the oldest waits for \(Self.age(outbox.oldestAge))" : ""
            line.add("\(Self.grouped(outbox.pending)) pending\(age)", outbox.pending > 0 ? .warning : .plain)
            if outbox.setAside > 0 { line.add("  \(Self.grouped(outbox.setAside)) set aside: too large for the bus", .error) }
            lines.append(line)
        }
        if let bus = overview.busStatus {
            var events = labelled("events", "")
            addEventRange(bus, to: &events)
            lines.append(events)
            lines.append(labelled("dead letters", Self.grouped(bus.deadLetters), bus.deadLetters > 0 ? .error : .plain))
            for consumer in bus.consumers {
                let text = "\(consumer.name): \(Self.grouped(consumer.lag)) behind, \(Self.grouped(consumer.inWork)) in progress"
                lines.append(labelled("consumer", text, consumer.lag > consumer.inWork ? .warning : .plain))
            }
        }
        var mails = labelled("mails", "")
        addMailCounts(to: &mails)
        lines.append(mails)
        var instances = labelled("instances", "")
        addInstanceCounts(to: &instances)
        lines.append(instances)
        lines += servicesLines(max(0, height - lines.count - 8))
        lines += problemLines(max(0, height - lines.count))
        return Array(lines.prefix(max(0, height)))
    }

    private func labelled(_ label: String, _ text: String, _ style: TextStyle = .plain) -> Line {
        var line = emptyLine
        line.add("  ")
        line.add(label, .dim, width: min(Self.labelWidth, size.width / 2), ellipsis: capabilities.ellipsis)
        line.add(capabilities.showable(text), style, ellipsis: capabilities.ellipsis)
        return line
    }

    /// One line if all is well, and one for each engine that is away.
    private var engineLines: [Line] {
        let overview = panel.overview
        let engines: [(OverviewEngine, Connection, String)] = [
            (.store, overview.store.connection, overview.store.version), (.bus, overview.bus.connection, overview.bus.version),
            (.registry, panel.model.connection, panel.options.registry),
        ]
        var well = labelled("engines", "")
        let wholeRoom = well.room
        var lines: [Line] = []
        for (engine, connection, version) in engines {
            let gap = well.room < wholeRoom ? "  " : ""
            switch connection {
            case .loading: well.add("\(gap)\(capabilities.ellipsis) \(engine.rawValue)", .dim)
            case .live:
                well.add("\(gap)\(InstanceState.alive.symbol(capabilities)) \(engine.rawValue)", TextStyle(color: .green))
                well.add(" \(capabilities.showable(version))", .dim, ellipsis: capabilities.ellipsis)
            case .stale(let since, let reason):
                let text = "\(InstanceState.unreachable.symbol(capabilities)) away for \(Self.age(now.seconds - since)): \(reason)"
                lines.append(labelled(engine.rawValue, "\(text); \(Self.staleParts(of: engine)) as of then", .error))
            }
        }
        return lines.count == engines.count ? lines : [well] + lines
    }

    private static func staleParts(of engine: OverviewEngine) -> String {
        switch engine {
        case .store: "users, outbox and mails are"
        case .bus: "events and consumers are"
        case .registry: "instances are"
        }
    }

    /// Creations a second, with a line that shows the last minutes.
    private var creationLine: Line {
        var line = labelled("created", "")
        let last = panel.overview.creations.last(CreationRate.seconds, now.wall)
        let minute = last.suffix(60).reduce(0, +)
        line.add("\(Self.grouped(last.last ?? 0))/s", .bold, width: min(10, line.room))
        line.add("\(Self.grouped(minute)) in a minute", .dim, width: min(20, line.room))
        let width = min(line.room - 1, last.count)
        guard width > 0 else { return line }
        line.add(sparkline(Array(last.suffix(width))), TextStyle(color: .cyan))
        return line
    }

    private func sparkline(_ values: [Int]) -> String {
        let bars = capabilities.isUnicode ? Self.bars : Self.asciiBars
        let top = max(1, values.max() ?? 0)
        return values.map { $0 == 0 ? " " : bars[min(bars.count - 1, ($0 * bars.count - 1) / top)] }.joined()
    }

    /// The services with the most instances, those with problems first.
    private func servicesLines(_ height: Int) -> [Line] {
        let services = panel.model.services.store.rows.compactMap(\.self).filter { !$0.isTotal }
        let sorted = services.sorted { $0.isProblem == $1.isProblem ? $0.counts.living > $1.counts.living : $0.isProblem }
        return sorted.prefix(min(height, 6)).map { service in
            var line = labelled("", "")
            line.add(capabilities.showable(service.name), width: min(20, line.room), ellipsis: capabilities.ellipsis)
            for state in InstanceState.allCases where service.counts[state] > 0 {
                line.add("  \(state.symbol(capabilities)) \(Self.grouped(service.counts[state])) \(state.name)", state.style)
            }
            return line
        }
    }

    /// What went wrong lately, the newest first.
    private func problemLines(_ height: Int) -> [Line] {
        let problems = panel.overview.problems
        guard height > 1 else { return [] }
        guard !problems.isEmpty else { return [emptyLine, labelled("problems", "none since the panel was opened", .dim)] }
        var title = emptyLine
        title.add("  last problems", .bold)
        return [emptyLine, title]
            + problems.prefix(max(0, height - 2)).map { problem in
                var line = emptyLine
                line.add("  \(look.time(problem.at))  ", .dim)
                line.add(capabilities.showable(problem.text), .warning, ellipsis: capabilities.ellipsis)
                return line
            }
    }
}
