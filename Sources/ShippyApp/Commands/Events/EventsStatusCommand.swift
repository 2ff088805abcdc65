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

/// The outbox and the bus; nil for one that cannot be read.
struct EventsStatus: JSONWritable {
    var outbox: OutboxStatus?
    var bus: BusStatus?

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("outbox", outbox)
            $0.field("bus", bus)
        }
    }

    var fields: [(String, String)] { (outbox?.fields ?? []) + (bus?.fields ?? []) }
}

extension OutboxStatus {
    fileprivate var fields: [(String, String)] {
        [
            ("outbox pending", "\(pending)"),
            ("oldest pending", pending == 0 ? "-" : DurationText.describe(.milliseconds(Int64(oldestAge * 1000)))), ("set aside", "\(setAside)"),
        ]
    }
}

extension BusStatus {
    /// `1 to 7`
    var rangeText: String { lastSequence < firstSequence ? "none" : "\(firstSequence) to \(lastSequence)" }

    fileprivate var fields: [(String, String)] {
        [("first seq", "\(firstSequence)"), ("last seq", "\(lastSequence)"), ("bytes", "\(bytes)"), ("dead letters", "\(deadLetters)")]
            + consumers.map { ("consumer \($0.name)", "\($0.lag) behind, \($0.inWork) in progress") }
    }
}
