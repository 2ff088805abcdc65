import EmbeddedEngines
import GRDB
import NATSEngine
import ShippyCore
import TestSupport
import Testing

/// A bus that the contract is tested on, each test with one of its own.
enum BusUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case embedded, nats

    var testDescription: String { rawValue }

    func with(_ body: (any EventBus) async throws -> Void) async throws {
        try await with { bus, _ in try await body(bus) }
    }

    /// - Parameter maxAge: what is older, and was acknowledged, goes with the next maintenance.
    func with(maxAge: Duration = .seconds(86_400), _ body: (any EventBus, any BusFaults) async throws -> Void) async throws {
        switch self {
        case .embedded:
            let directory = try TemporaryDirectory()
            let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: maxAge))
            try await Self.with(bus, EmbeddedBusFaults(path: directory("events.db")), body)
        case .nats:
            let server = try await NATSServer.start()
            let options = NATSOptions(servers: [server.url], subjects: ["user.>", "order.>", "other", "dead-letter.>"], maxAge: maxAge)
            try await Self.with(NATSBus(options), NATSBusFaults(server: server), body)
            try await server.kill()
        }
    }

    private static func with(
        _ bus: any EventBus, _ faults: any BusFaults, _ body: (any EventBus, any BusFaults) async throws -> Void
    ) async throws {
        do {
            try await body(bus, faults)
        } catch {
            await bus.close()
            throw error
        }
        await bus.close()
    }
}

/// What may happen to a log behind the back of those who use it.
protocol BusFaults: Sendable {
    /// The log is deleted, and there is a new one under its name, with as many events of strangers.
    func beginAnew(events: Int) async throws

    /// Remembers what the log holds.
    func save() async throws

    /// The log loses what came after ``save()``, and strangers publish this number of events.
    func loseEnd(refilledWith events: Int) async throws

    /// Somebody deletes an event.
    func delete(_ sequence: Int64) async throws
}

final class EmbeddedBusFaults: BusFaults {
    private let path: String

    init(path: String) {
        self.path = path
    }

    private func write(_ sql: String, _ arguments: StatementArguments = []) throws {
        try DatabaseQueue(path: path).write { try $0.execute(sql: sql, arguments: arguments) }
    }

    func beginAnew(events: Int) async throws {
        try write("DELETE FROM events; UPDATE stream SET identity = 'another', first_seq = 1, last_seq = 0, bytes = 0")
        try await refill(events)
    }

    func save() async throws {
        try write("CREATE TABLE saved AS SELECT last_seq FROM stream")
    }

    func loseEnd(refilledWith events: Int) async throws {
        try write(
            """
            DELETE FROM events WHERE seq > (SELECT last_seq FROM saved);
            UPDATE stream SET last_seq = (SELECT last_seq FROM saved);
            UPDATE consumers SET next_seq = min(next_seq, (SELECT last_seq + 1 FROM saved));
            """)
        try await refill(events)
    }

    private func refill(_ count: Int) async throws {
        let bus = try EmbeddedBus(path: path)
        try await bus.take((0..<count).map { _ in Samples.outgoing() })
        await bus.close()
    }

    func delete(_ sequence: Int64) async throws {
        try write("DELETE FROM events WHERE seq = ?", [sequence])
    }
}

final class NATSBusFaults: BusFaults {
    let server: NATSServer

    init(server: NATSServer) {
        self.server = server
    }

    func beginAnew(events: Int) async throws {
        let client = try PlainNATS(port: server.port)
        _ = try await client.request("$JS.API.STREAM.DELETE.SHIPPY")
        try await refill(events, port: server.port)
    }

    func save() async throws { try await server.saveMessages() }

    func loseEnd(refilledWith events: Int) async throws {
        try await server.restoreMessages { [self] in try await refill(events, port: $0) }
    }

    private func refill(_ count: Int, port: Int) async throws {
        let bus = NATSBus(NATSOptions(servers: ["nats://127.0.0.1:\(port)"], subjects: ["user.>", "order.>", "other", "dead-letter.>"]))
        _ = try await bus.position()
        if count > 0 { try await bus.take((0..<count).map { _ in Samples.outgoing() }) }
        await bus.close()
    }

    func delete(_ sequence: Int64) async throws {
        let answer = try await PlainNATS(port: server.port).request("$JS.API.STREAM.MSG.DELETE.SHIPPY", #"{"seq":\#(sequence)}"#)
        guard answer["success"] as? Bool == true else { throw NeverHappened(description: "\(answer)") }
    }
}

extension EventBus {
    /// Publishes events that must all be taken.
    @discardableResult
    func take(_ events: [OutgoingEvent]) async throws -> [PublishReceipt] {
        try await publish(events).map { try $0.get() }
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

    /// Reads until one of the items is the one that is waited for.
    func items(until isLast: (StreamItem) -> Bool) async throws -> [StreamItem] {
        var items: [StreamItem] = []
        try await eventually("the item that is waited for, after \(items)") {
            items += try await next(limit: 100, wait: .milliseconds(100))
            return items.contains(where: isLast)
        }
        return items
    }
}
