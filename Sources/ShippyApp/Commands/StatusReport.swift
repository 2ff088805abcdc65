import Foundation
import ShippyConfiguration
import ShippyCore

/// The output of `shippy status`.
struct StatusReport: JSONWritable {
    struct Engine {
        enum State {
            /// The engine answers, with its name and version.
            case reachable(String)
            case unreachable(String)
            /// An embedded engine whose file does not exist yet.
            case missing
        }

        enum Role: String, CaseIterable {
            case store, bus, registry
        }

        var role: Role
        /// A file, or servers, without a login.
        var place: String
        var state: State

        var isUnreachable: Bool {
            if case .unreachable = state { true } else { false }
        }
    }

    var home: String
    /// The name of the context in effect.
    var context: String?
    /// Whether all engines are embedded.
    var isEmbedded = true
    var engines: [Engine] = []
    var instances: [Instance] = []
    var users: Int?
    var outbox: OutboxStatus?
    var bus: BusStatus?
    var mails: [Mail.State: Int]?

    static func make(_ context: CommandContext) async throws -> StatusReport {
        // What is on this machine says nothing about an installation of which only addresses are known.
        try context.checkEngines()
        let configuration = context.configuration
        var report = StatusReport(home: configuration.home, context: configuration.context?.name, isEmbedded: configuration.isEmbedded)
        report.engines.append(
            try await ask(.store, at: configuration.store.place, file: configuration.storeFile) {
                try await context.withStore { store in
                    let version = try await store.probe()
                    report.users = try await store.userCount()
                    report.mails = try await store.mailCounts()
                    report.outbox = try await store.outbox?.outboxStatus() ?? .empty
                    return version
                }
            })
        let busFile = configuration.bus == .embedded ? HomeDatabase.path(configuration) : nil
        report.engines.append(
            try await ask(.bus, at: busFile ?? configuration.bus.place, file: busFile) {
                try await context.withBus { bus in
                    let version = try await bus.probe()
                    report.bus = try await bus.status()
                    return version
                }
            })
        let registryFile = configuration.registry == .embedded ? Engines.registryPath(configuration) : nil
        report.engines.append(
            try await ask(.registry, at: registryFile ?? configuration.registry.place, file: registryFile) {
                try await context.withRegistry { registry in
                    let version = try await registry.probe()
                    report.instances = try await registry.list(service: nil)
                    return version
                }
            })
        return report
    }

    /// - Parameter file: the file of an embedded engine. Opening the engine would create it.
    private static func ask(_ role: Engine.Role, at place: String, file: String?, _ body: () async throws -> String) async throws -> Engine {
        // A file that may not be looked at is there.
        if let file, access(file, F_OK) != 0, errno == ENOENT || errno == ENOTDIR { return Engine(role: role, place: place, state: .missing) }
        do {
            return Engine(role: role, place: place, state: .reachable(try await body()))
        } catch let error as ShippyError where error.code == .usage {
            throw error
        } catch {
            return Engine(role: role, place: place, state: .unreachable("\(error)"))
        }
    }

    /// What needs attention, a line each.
    var findings: [String] {
        var findings: [String] = []
        for engine in engines {
            if case .unreachable(let reason) = engine.state { findings.append("the \(engine.role.rawValue) cannot be reached: \(reason)") }
        }
        if engines.contains(where: { $0.role == .registry && !$0.isUnreachable }) {
            for role in ShippyApp.Role.allCases where !instances.contains(where: { $0.service == role.rawValue }) {
                findings.append("no instance of the service \(role.rawValue) is registered")
            }
        }
        if let letters = bus?.deadLetters, letters > 0 {
            findings.append("events among the dead letters: \(letters); `shippy events dead list` lists them")
        }
        if let aside = outbox?.setAside, aside > 0 { findings.append("events set aside, because they are too large for the bus: \(aside)") }
        if let dead = mails?[.dead], dead > 0 { findings.append("dead mails: \(dead); `shippy mail list --state dead` lists them") }
        return findings
    }

    /// The reason why no instance is listed.
    private var noInstances: String {
        guard engines.contains(where: { $0.role == .registry && !$0.isUnreachable }) else {
            return "cannot list instances: the registry cannot be read"
        }
        // A service could not start either while an engine is unreachable.
        if engines.contains(where: \.isUnreachable) { return "no service is registered" }
        return "no service is running: `shippy \(isEmbedded ? "up" : "serve")` starts \(isEmbedded ? "them" : "one")"
    }

    /// Writes it in the format of the command.
    func print(_ context: CommandContext) async throws {
        if context.rendering.format == .text {
            try await StandardOutput.write(text(style: context.rendering.style))
        } else {
            try await context.rendering.lines([self])
        }
    }

    func text(style: Style) -> String {
        var lines = ["\(style.bold("shippy")) \(Version.text)"]
        if let context { lines.append("context \(context)") }
        lines += ["data in \(home.visiblyEscaped(limit: 200))", ""]
        let engineTable = Table.Builder()
        engineTable.header("ENGINE", "STATE", "WHERE", "VERSION")
        for engine in engines {
            let place = engine.place.visiblyEscaped(limit: 200)
            switch engine.state {
            case .reachable(let version): engineTable.row(engine.role.rawValue, "ok", place, version)
            case .unreachable(let reason): engineTable.row(engine.role.rawValue, "unreachable", place, reason)
            case .missing: engineTable.row(engine.role.rawValue, "empty", place, "no data yet")
            }
        }
        lines.append(engineTable.table.render(style: style))
        if instances.isEmpty {
            lines += [noInstances, ""]
        } else {
            let table = Table.Builder()
            table.header("SERVICE", "PROTOCOL", "ADDRESS", "VERSION", "TTL LEFT")
            for instance in instances {
                table.row(instance.service, instance.protocol, instance.address, instance.version, instance.ttlLeftText)
            }
            lines.append(table.table.render(style: style))
        }
        if let users { lines.append("users     \(users)") }
        if let outbox {
            lines.append("outbox    \(outbox.pending) pending" + (outbox.setAside > 0 ? ", \(outbox.setAside) set aside: too large for the bus" : ""))
        }
        if let bus {
            lines.append("events    \(bus.rangeText), \(bus.deadLetters) dead \(bus.deadLetters == 1 ? "letter" : "letters")")
            for consumer in bus.consumers {
                lines.append("consumer  \(consumer.name): \(consumer.lag) behind, \(consumer.inWork) in progress")
            }
        }
        if let mails {
            lines.append("mails     " + Mail.State.allCases.map { "\(mails[$0] ?? 0) \($0.rawValue)" }.joined(separator: ", "))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("version", Version.number)
            $0.field("commit", Version.commit)
            $0.field("context", context)
            $0.field("home", home)
            $0.field("engines", engines) { json, engine in
                json.field("role", engine.role.rawValue)
                json.field("place", engine.place)
                switch engine.state {
                case .reachable(let version):
                    json.field("reachable", true)
                    json.field("version", version)
                case .unreachable(let reason):
                    json.field("reachable", false)
                    json.field("error", reason)
                case .missing:
                    json.field("reachable", false)
                    json.field("error", "no data yet")
                }
            }
            $0.field("instances", instances)
            $0.field("users", users)
            $0.field("events", outbox == nil && bus == nil ? nil : EventsStatus(outbox: outbox, bus: bus))
            $0.field("mails", mails.map(MailCounts.init))
            $0.key("findings")
            $0.array { json in findings.forEach { json.string($0) } }
        }
    }
}

extension Configuration {
    /// The file of the store; nil if it is a server's.
    var storeFile: String? {
        if case .sqlite(let path) = store { path } else { nil }
    }
}

private struct MailCounts: JSONWritable {
    var counts: [Mail.State: Int]

    func write(to json: inout JSONWriter) {
        json.object {
            for state in Mail.State.allCases { $0.field(named: state.rawValue, counts[state] ?? 0) }
        }
    }
}
