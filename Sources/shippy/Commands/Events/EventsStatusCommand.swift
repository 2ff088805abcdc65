import ArgumentParser
import ShippyCore

struct EventsStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show what waits in the outbox, what the bus holds, and how far each consumer is.",
        discussion: "Events set aside are larger than the bus takes: they are kept in the store, and never published or mailed.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let home = HomeDatabase(home: context.settings.home)
        let store = try Engines.openStore(context.settings, context.options, in: home)
        let bus = try Engines.openBus(context.settings, context.options, in: home)
        let status = EventsStatus(outbox: try await store.outbox?.outboxStatus() ?? .empty, bus: try await bus.status())
        await bus.close()
        await store.close()
        try await context.rendering.value(status, fields: status.fields)
    }
}

struct EventsStatus: JSONWritable {
    var outbox: OutboxStatus
    var bus: BusStatus

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("outbox", outbox)
            $0.field("bus", bus)
        }
    }

    var fields: [(String, String)] {
        [
            ("outbox pending", "\(outbox.pending)"),
            ("oldest pending", outbox.pending == 0 ? "-" : DurationText.describe(.milliseconds(Int64(outbox.oldestAge * 1000)))),
            ("set aside", "\(outbox.setAside)"), ("first seq", "\(bus.firstSequence)"), ("last seq", "\(bus.lastSequence)"),
            ("bytes", "\(bus.bytes)"), ("dead letters", "\(bus.deadLetters)"),
        ] + bus.consumers.map { ("consumer \($0.name)", "lag \($0.lag), in work \($0.inWork)") }
    }
}
