import ShippyBus
import ShippyCore
import TestSupport
import Testing

/// What is particular to the embedded bus: its retention, and several processes on one file.
@Suite struct EmbeddedBusTests {
    private let users = [SubjectFilter(.userCreated)]

    @Test func whatExpiredIsAGap() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .seconds(3600), bytes: 10_000))
        let reader = try await bus.reader(subjects: users, from: .all)
        _ = try await bus.publish((0..<200).map { _ in Samples.outgoing() })
        #expect(try await reader.next(limit: 10, wait: .zero).count == 10)
        try await bus.maintain()
        let status = try await bus.status()
        #expect(status.firstSequence > 100 && status.firstSequence < 200)
        #expect(status.bytes <= 10_000)
        let items = try await reader.next(limit: 10, wait: .zero)
        #expect(items.first == .notice(.gap(from: 11, to: status.firstSequence - 1, reason: "expired")))
        guard case .event(let event)? = items.dropFirst().first else {
            Issue.record("no event after the gap")
            return
        }
        #expect(event.sequence == status.firstSequence)
        let late = try await bus.reader(subjects: users, from: .sequence(5)).next(limit: 1, wait: .zero)
        #expect(late.first == .notice(.gap(from: 5, to: status.firstSequence - 1, reason: "expired")))
        #expect(try await bus.reader(subjects: users, from: .all).next(limit: 1, wait: .zero).first == .event(event))
        await bus.close()
    }

    @Test func sequencesGoOnWhenAllIsExpired() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .zero, bytes: 0))
        _ = try await bus.publish((0..<5).map { _ in Samples.outgoing() })
        let reader = try await bus.reader(subjects: users, from: .sequence(1))
        try await eventually("all expire") {
            try await bus.maintain()
            return try await bus.status().firstSequence == 6
        }
        #expect(try await reader.next(limit: 10, wait: .zero) == [.notice(.gap(from: 1, to: 5, reason: "expired"))])
        #expect(try await bus.publish([Samples.outgoing()])[0].sequence == 6)
        await bus.close()
    }

    @Test func whatAGroupHasNotAcknowledgedStays() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .zero, bytes: 0))
        let member = try await bus.consumer(ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated)))
        _ = try await bus.publish((0..<5).map { _ in Samples.outgoing() })
        let batch = try await member.fetch(limit: 3, wait: .zero)
        try await Task.sleep(for: .milliseconds(5))
        try await bus.maintain()
        #expect(try await bus.status().firstSequence == 1)
        try await member.settle(batch, failures: [:])
        try await bus.maintain()
        #expect(try await bus.status().firstSequence == 4)
        await bus.close()
    }

    @Test func severalOpenTheSameFile() async throws {
        let directory = try TemporaryDirectory()
        let one = try EmbeddedBus(path: directory("events.db"))
        let two = try EmbeddedBus(path: directory("events.db"))
        let reader = try await two.reader(subjects: users, from: .new)
        async let items = reader.next(limit: 10, wait: .seconds(30))
        try await Task.sleep(for: .milliseconds(50))
        _ = try await one.publish([Samples.outgoing()])
        #expect(try await items.count == 1)
        await one.close()
        await two.close()
    }
}
