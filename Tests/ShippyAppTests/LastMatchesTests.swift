import EmbeddedEngines
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct LastMatchesTests {
    /// A bus that counts what is read from it.
    private final class CountingBus: EventBus {
        private final class Reader: EventReader {
            let reader: any EventReader
            let bus: CountingBus

            init(_ reader: any EventReader, _ bus: CountingBus) { (self.reader, self.bus) = (reader, bus) }

            func next(limit: Int, wait: Duration) async throws -> [StreamItem] {
                let items = try await reader.next(limit: limit, wait: wait)
                bus.read.withLock { $0 += items.count }
                return items
            }

            func close() async { await reader.close() }
        }

        let bus: EmbeddedBus
        let read = Mutex(0)
        /// The number of events that come before each reader begins.
        let coming = Mutex(0)

        init(_ bus: EmbeddedBus) { self.bus = bus }

        func reader(subjects: [SubjectFilter], from start: StartPosition) async throws -> any EventReader {
            let new = (0..<coming.withLock { $0 }).map { _ in Samples.outgoing("user.created", #"{"company":"C"}"#) }
            if !new.isEmpty { _ = try await bus.publish(new) }
            return Reader(try await bus.reader(subjects: subjects, from: start), self)
        }

        func publish(_ events: [OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>] { try await bus.publish(events) }
        func position() async throws -> BusPosition { try await bus.position() }
        func eventID(at sequence: Int64) async throws -> String? { try await bus.eventID(at: sequence) }
        func eventIDs(after sequence: Int64, limit: Int) async throws -> EventIDs { try await bus.eventIDs(after: sequence, limit: limit) }
        func declare(_ group: ConsumerConfiguration) async throws { try await bus.declare(group) }
        func consumer(_ configuration: ConsumerConfiguration) async throws -> any EventConsumer { try await bus.consumer(configuration) }
        func status() async throws -> BusStatus { try await bus.status() }
        func deadLetters(after sequence: Int64, limit: Int) async throws -> [DeadLetter] { try await bus.deadLetters(after: sequence, limit: limit) }
        func settle(_ letters: [DeadLetter], by settlement: DeadLetter.Settlement) async throws -> [Result<PublishReceipt, ShippyError>] {
            try await bus.settle(letters, by: settlement)
        }
        func probe() async throws -> String { try await bus.probe() }
        func maintain() async throws { try await bus.maintain() }
        func close() async { await bus.close() }
    }

    /// 5,000 events: every 10th has another subject, and every 7th is of company B.
    private func withBus(_ body: (CountingBus) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let events = (1...5000).map { number in
            Samples.outgoing(number % 10 == 0 ? "other" : "user.created", #"{"n":\#(number),"company":"\#(number % 7 == 0 ? "B" : "A")"}"#)
        }
        _ = try await bus.publish(events)
        try await body(CountingBus(bus))
        await bus.close()
    }

    private func expect(
        _ expected: StartPosition, last count: Int, _ filters: [String] = [], subject: String = "user.created", until: Timestamp? = nil,
        on bus: CountingBus
    ) async throws {
        let selection = EventSelection(filters: try filters.map(EventFilter.init))
        let matches = LastMatches(bus: bus, subjects: [try SubjectFilter(subject)], selection: selection, until: until)
        let start = try await matches.start(count)
        #expect(start == expected, "last \(count) of \(filters)")
    }

    @Test func countsOnlyWhatPasses() async throws {
        try await withBus { bus in
            let all = (1...5000).filter { $0 % 10 != 0 && $0 % 7 == 0 }
            for count in [1, 2, 30, 31, 500, all.count] {
                try await expect(.sequence(Int64(all[all.count - count])), last: count, ["company=B"], on: bus)
            }
            // Fewer than asked for: from the first one on.
            try await expect(.sequence(7), last: all.count + 1, ["company=B"], on: bus)
            try await expect(.sequence(1), last: 100_000, ["company!=B"], on: bus)
            try await expect(.sequence(17), last: 3, ["n=17"], on: bus)
            try await expect(.sequence(5000), last: 1, ["n=5000"], subject: "other", on: bus)
        }
    }

    /// A tail that follows then shows what comes next.
    @Test func withoutAMatchItBeginsAtTheEnd() async throws {
        try await withBus { bus in
            try await expect(.sequence(5001), last: 3, ["company=C"], on: bus)
            try await expect(.sequence(5001), last: 3, ["company=A"], subject: "nothing", on: bus)
        }
    }

    @Test func readsNoMoreThanItNeeds() async throws {
        try await withBus { bus in
            try await expect(.sequence(4984), last: 3, ["company=B"], on: bus)
            #expect(bus.read.withLock { $0 } <= 256 + 1)
            bus.read.withLock { $0 = 0 }
            try await expect(.sequence(5001), last: 3, ["company=C"], on: bus)
            // Every event once, and of each block's reader the event at which it ends.
            #expect(bus.read.withLock { $0 } <= 4500 + 5 * 1024)
        }
    }

    @Test func withoutFiltersTheBusCounts() async throws {
        try await withBus { bus in
            try await expect(.last(7), last: 7, on: bus)
            try await expect(.new, last: 0, ["company=B"], on: bus)
            #expect(bus.read.withLock { $0 } == 0)
        }
    }

    @Test func laterEventsDoNotCount() async throws {
        try await withBus { bus in
            try await expect(.sequence(4998), last: 2, until: .now + .seconds(60), on: bus)
            try await expect(.sequence(5001), last: 2, until: .now - .seconds(60), on: bus)
        }
    }

    /// More than a block at a time.
    @Test func eventsThatComeMeanwhileHideNothing() async throws {
        try await withBus { bus in
            bus.coming.withLock { $0 = 2000 }
            try await expect(.sequence(4977), last: 4, ["company=B"], on: bus)
        }
    }
}
