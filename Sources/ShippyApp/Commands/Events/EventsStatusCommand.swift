import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the outbox, the stored events, and consumer lag.",
        usage: "shippy events status [<options>]",
        discussion: """
            An event too large for the bus is set aside: it stays in the store, but is never published or mailed.

            Examples:
              shippy events status
              shippy events status -o json
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let home = HomeDatabase(context.configuration)
        let status = try await context.withStore(in: home) { store in
            try await context.withBus(in: home) { bus in
                EventsStatus(outbox: try await store.outbox?.outboxStatus() ?? .empty, bus: try await bus.status())
            }
        }
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

    /// `1 to 7`
    var rangeText: String { bus.lastSequence < bus.firstSequence ? "none" : "\(bus.firstSequence) to \(bus.lastSequence)" }

    var fields: [(String, String)] {
        [
            ("outbox pending", "\(outbox.pending)"),
            ("oldest pending", outbox.pending == 0 ? "-" : DurationText.describe(.milliseconds(Int64(outbox.oldestAge * 1000)))),
            ("set aside", "\(outbox.setAside)"), ("first seq", "\(bus.firstSequence)"), ("last seq", "\(bus.lastSequence)"),
            ("bytes", "\(bus.bytes)"), ("dead letters", "\(bus.deadLetters)"),
        ] + bus.consumers.map { ("consumer \($0.name)", "\($0.lag) behind, \($0.inWork) in progress") }
    }
}
