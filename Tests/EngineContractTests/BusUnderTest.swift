import ShippyBus
import ShippyCore
import TestSupport
import Testing

/// A bus that the contract is tested on, each test with one of its own.
enum BusUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case embedded, nats

    var testDescription: String { rawValue }

    func with(_ body: (any EventBus) async throws -> Void) async throws {
        switch self {
        case .embedded:
            let directory = try TemporaryDirectory()
            try await Self.with(try EmbeddedBus(path: directory("events.db")), body)
        case .nats:
            let server = try await NATSServer.start()
            let subjects = ["user.>", "order.>", "other", "dead-letter.>"]
            try await Self.with(NATSBus(NATSOptions(servers: [server.url], subjects: subjects)), body)
            try await server.kill()
        }
    }

    private static func with(_ bus: any EventBus, _ body: (any EventBus) async throws -> Void) async throws {
        do {
            try await body(bus)
        } catch {
            await bus.close()
            throw error
        }
        await bus.close()
    }
}

extension EventReader {
    /// Reads until `count` events are there.
    func events(_ count: Int) async throws -> [Event] {
        var events: [Event] = []
        try await eventually("\(count) events, \(events.count) so far") {
            for item in try await next(limit: 100, wait: .milliseconds(100)) {
                if case .event(let event) = item { events.append(event) }
            }
            return events.count >= count
        }
        return events
    }
}
