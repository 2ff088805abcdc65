import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct EventsStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the outbox, the events that are kept, and consumer lag.",
        usage: "shippy events status [<options>]",
        discussion: """
            Examples:
              shippy events status
              shippy events status -o json
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let status = try await context.withStore { store in
            try await context.withBus { bus in
                EventsStatus(outbox: try await store.outboxStatus(), bus: try await bus.status())
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
            $0.key("outbox")
            $0.value(outbox)
            $0.key("bus")
            $0.value(bus)
        }
    }

    var fields: [(String, String)] {
        [
            ("outbox pending", "\(outbox.pending)"),
            ("oldest pending", outbox.pending == 0 ? "-" : DurationText.describe(.milliseconds(Int64(outbox.oldestAge * 1000)))),
            ("first seq", "\(bus.firstSequence)"), ("last seq", "\(bus.lastSequence)"), ("bytes", "\(bus.bytes)"),
        ] + bus.consumers.map { ("consumer \($0.name)", "lag \($0.lag), in work \($0.inWork)") }
    }
}
