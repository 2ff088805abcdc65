import ArgumentParser
import Foundation
import ShippyCore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "One look at everything: services, engines, lags, versions.",
        discussion: "Exit status 69 when an engine cannot be reached.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let report = try await StatusReport.make(context)
        if context.rendering.format == .text {
            try await StandardOutput.write(report.text(style: context.rendering.style))
        } else {
            try await context.rendering.lines([report])
        }
        if report.engines.contains(where: { $0.error != nil }) { throw ExitCode(ExitStatus.code(.unavailable)) }
    }
}

/// What `shippy status` tells.
struct StatusReport: JSONWritable {
    struct Engine {
        var role: String
        /// The engine and its version, where it answers.
        var version: String?
        /// Why it does not, where it does not.
        var error: String?
    }

    var home: String
    var engines: [Engine] = []
    var instances: [Instance] = []
    var users: Int?
    var events: EventsStatus?
    var mails: [Mail.State: Int]?

    static func make(_ context: CommandContext) async throws -> StatusReport {
        var report = StatusReport(home: context.settings.home)
        let (settings, options) = (context.settings, context.options)
        var outbox: OutboxStatus?
        report.engines.append(
            try await ask("store") {
                let store = try Engines.openStore(settings, options)
                let version = try await store.probe()
                report.users = try await store.userCount()
                report.mails = try await store.mailCounts()
                outbox = try await store.outbox?.outboxStatus() ?? .empty
                await store.close()
                return version
            })
        report.engines.append(
            try await ask("bus") {
                let bus = try Engines.openBus(settings, options)
                let version = try await bus.probe()
                if let outbox { report.events = EventsStatus(outbox: outbox, bus: try await bus.status()) }
                await bus.close()
                return version
            })
        report.engines.append(
            try await ask("registry") {
                let registry = try Engines.openRegistry(settings, options)
                let version = try await registry.probe()
                report.instances = try await registry.list(service: nil)
                await registry.close()
                return version
            })
        return report
    }

    private static func ask(_ role: String, _ body: () async throws -> String) async throws -> Engine {
        do {
            return Engine(role: role, version: try await body())
        } catch let error as ShippyError where error.code == .usage {
            throw error
        } catch {
            return Engine(role: role, error: "\(error)")
        }
    }

    func text(style: Style) -> String {
        var lines = ["\(style.bold("shippy")) \(Version.text)", "data in \(home)", ""]
        let engineTable = Table.Builder()
        engineTable.header("ENGINE", "STATE", "VERSION")
        for engine in engines { engineTable.row(engine.role, engine.error == nil ? "ok" : "unreachable", engine.version ?? engine.error ?? "") }
        lines.append(engineTable.table.render(style: style))
        if instances.isEmpty {
            lines += ["no service is running: start them with `shippy up`", ""]
        } else {
            let table = Table.Builder()
            table.header("SERVICE", "PROTOCOL", "ADDRESS", "VERSION", "TTL LEFT")
            for instance in instances {
                table.row(instance.service, instance.protocol, instance.address, instance.version, instance.ttlLeftText)
            }
            lines.append(table.table.render(style: style))
        }
        if let users { lines.append("users     \(users)") }
        if let events {
            let setAside = events.outbox.setAside
            lines.append("outbox    \(events.outbox.pending) pending" + (setAside > 0 ? ", \(setAside) set aside as too large for the bus" : ""))
            lines.append("events    \(events.bus.firstSequence) to \(events.bus.lastSequence), \(events.bus.deadLetters) dead letters")
            for consumer in events.bus.consumers { lines.append("consumer  \(consumer.name): lag \(consumer.lag), in work \(consumer.inWork)") }
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
            $0.field("home", home)
            $0.field("engines", engines) { json, engine in
                json.field("role", engine.role)
                json.field("reachable", engine.error == nil)
                json.field(named: engine.error == nil ? "version" : "error", engine.version ?? engine.error ?? "")
            }
            $0.field("instances", instances)
            $0.field("users", users)
            $0.field("events", events)
            $0.field("mails") { json in
                for state in Mail.State.allCases { json.field(named: state.rawValue, mails?[state] ?? 0) }
            }
        }
    }
}
