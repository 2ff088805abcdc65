import ShippyCore
import ShippyMove
import TestSupport
import Testing

/// Whatever was on a bus is on the one that it is moved to, and every group goes on where it was.
@Suite struct BusMoveContractTests {
    private static let pairs: [(BusUnderTest, BusUnderTest)] = [
        (.embedded, .nats), (.nats, .embedded), (.embedded, .embedded), (.nats, .nats),
    ]

    private func with(
        _ pair: (BusUnderTest, BusUnderTest), _ body: (any MovableBus, any BusFaults, any MovableBus) async throws -> Void
    ) async throws {
        try await pair.0.with { (source: any EventBus, faults: any BusFaults) async throws in
            try await pair.1.with { (target: any EventBus) async throws in
                try await body(try #require(source as? any MovableBus), faults, try #require(target as? any MovableBus))
            }
        }
    }

    private func group(_ name: String) -> ConsumerConfiguration {
        ConsumerConfiguration(
            name: name, filter: SubjectFilter(.userCreated), lease: .seconds(60), maxDeliver: 1,
            backoff: Backoff(base: .milliseconds(10), cap: .milliseconds(20)))
    }

    /// The sequences that a member gets, `count` of them, which are acknowledged but for those that fail.
    @discardableResult
    private func take(_ bus: any EventBus, _ group: ConsumerConfiguration, _ count: Int, failing: Set<Int64> = []) async throws -> [Int64] {
        let member = try await bus.consumer(group)
        var taken: [Int64] = []
        try await eventually("\(count) events") {
            let batch = try await member.fetch(limit: count - taken.count, wait: .milliseconds(200))
            guard !batch.events.isEmpty else { return false }
            taken += batch.events.map(\.sequence)
            let failures = batch.events.map(\.sequence).filter(failing.contains).map { ($0, "no") }
            try await member.settle(batch, failures: Dictionary(uniqueKeysWithValues: failures))
            return taken.count == count
        }
        await member.close()
        return taken
    }

    private func all(_ bus: any EventBus, _ count: Int) async throws -> [Event] {
        let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: .all)
        let events = try await reader.events(count)
        await reader.close()
        return events
    }

    private func move(_ source: any MovableBus, _ target: any MovableBus) async throws -> MovedRows {
        let (stream, rows) = try await EventsMove(from: source, to: target).run { _, _, _ in }
        #expect(try await stream.from == source.position().identity)
        #expect(try await stream.to == target.position().identity)
        #expect(stream.sequence(7) == 7)
        return try #require(rows.first)
    }

    @Test(arguments: pairs)
    func everyGroupGoesOnWhereItWas(from: BusUnderTest, to: BusUnderTest) async throws {
        try await with((from, to)) { source, faults, target in
            let start = Timestamp.now
            try await source.take((0..<40).map { Samples.outgoing($0 % 4 == 3 ? "order.made" : "user.created", "{\"n\":\($0)}") })
            let (first, second) = (group("first"), group("second"))
            try await source.declare(second)
            // Events 2 and 5 are given up: 2 is dropped, 5 is replayed, and nobody has taken the replay yet. 6 stays open.
            try await take(source, first, 8, failing: [2, 5, 6])
            try await eventually("three dead letters") { try await source.deadLetters(after: 0, limit: 10).count == 3 }
            let letters = try await source.deadLetters(after: 0, limit: 10)
            _ = try await source.settle([letters[0]], by: .drop)
            _ = try await source.settle([letters[1]], by: .replay)
            // Somebody has deleted one.
            try await faults.delete(20)
            let before = try #require(try await source.extent())

            let rows = try await move(source, target)
            let after = try #require(try await target.extent())
            #expect((after.first, after.last, after.count) == (before.first, before.last, before.count))
            #expect(Int64(rows.count) == before.count && rows.digest.count == 64)
            let (old, new) = (try await all(source, Int(before.count)), try await all(target, Int(before.count)))
            #expect(new.map(\.sequence) == old.map(\.sequence) && new.map(\.id) == old.map(\.id))
            #expect(new.map(\.payload) == old.map(\.payload) && new.map(\.subject) == old.map(\.subject))
            #expect(new.map(\.storedAt) == old.map(\.storedAt))
            #expect(new.allSatisfy { $0.storedAt >= start - .seconds(2) })
            #expect(try await target.eventID(at: 20) == nil)

            let open = try await target.deadLetters(after: 0, limit: 10)
            #expect(open.map(\.sequence) == [letters[2].sequence] && open.map(\.originalID) == [letters[2].originalID])
            #expect(try await target.status().deadLetters == 1)
            // The replay, and what comes after the eight. Nothing is left out, and little comes again.
            let rest = try await take(target, first, 23)
            let expected = Set(old.filter { $0.subject == .userCreated && $0.sequence > 10 }.map(\.sequence))
            let replay = try #require(old.first { $0.subject.isReplay })
            #expect(expected.union([replay.sequence]).isSubset(of: rest))
            #expect(try await take(target, second, 29).count == 29)
            // It goes on behind the last event.
            #expect(try await target.take([Samples.outgoing()])[0].sequence == before.last + 1)
        }
    }

    /// A log whose first events have expired does not begin at 1.
    @Test(arguments: pairs)
    func aLogBeginsWhereItBegan(from: BusUnderTest, to: BusUnderTest) async throws {
        try await with((from, to)) { source, _, target in
            try await source.begin(at: 1_000_001)
            let events = (0..<5).map { Event(copyOf: Samples.outgoing(), at: 1_000_001 + Int64($0)) }
            try await source.append(copies: events, through: 1_000_007)
            let before = try #require(try await source.extent())
            #expect((before.first, before.last, before.count) == (1_000_001, 1_000_007, 5))
            _ = try await move(source, target)
            let after = try #require(try await target.extent())
            #expect((after.first, after.last, after.count) == (before.first, before.last, before.count))
        }
    }

    @Test(arguments: pairs)
    func anEmptyLogCanBeMoved(from: BusUnderTest, to: BusUnderTest) async throws {
        try await with((from, to)) { source, _, target in
            try await source.declare(group("first"))
            #expect(try await move(source, target).count == 0)
            #expect(try await target.status().consumers.map(\.name) == ["first"])
            #expect(try await target.take([Samples.outgoing()])[0].sequence == 1)
            #expect(try await take(target, group("first"), 1) == [1])
        }
    }

    @Test(arguments: pairs)
    func anInterruptedMoveGoesOn(from: BusUnderTest, to: BusUnderTest) async throws {
        try await with((from, to)) { source, _, target in
            try await source.take((0..<30).map { _ in Samples.outgoing() })
            try await take(source, group("first"), 12)
            let events = try await all(source, 30)
            // It died after these, and had not come to the groups.
            try await target.begin(at: 1)
            try await target.append(copies: Array(events[..<17]), through: 17)
            #expect(try await move(source, target).count == 30)
            #expect(try await all(target, 30).map(\.id) == events.map(\.id))
            // And once more, as after a failure at the very end.
            #expect(try await move(source, target).count == 30)
            #expect(try await take(target, group("first"), 18) == Array(13...30))
        }
    }

    @Test(arguments: pairs)
    func aBusWithOtherEventsIsLeftAlone(from: BusUnderTest, to: BusUnderTest) async throws {
        try await with((from, to)) { source, _, target in
            try await source.take((0..<5).map { _ in Samples.outgoing() })
            try await target.take([Samples.outgoing()])
            let move = EventsMove(from: source, to: target)
            let planned = await #expect(throws: ShippyError.self) { try await move.plan() }
            let run = await #expect(throws: ShippyError.self) { try await move.run { _, _, _ in } }
            #expect(planned?.code == .conflict && run?.code == .conflict)
            #expect(run?.message.contains("somebody else uses it") == true)
            #expect(try await target.position().sequence == 1)
        }
    }

    /// A plan makes nothing.
    @Test func aPlanMakesNoStream() async throws {
        try await with((.embedded, .nats)) { source, _, target in
            try await source.take([Samples.outgoing()])
            #expect(try await EventsMove(from: source, to: target).plan().map(\.count) == [1, 0])
            #expect(try await target.extent() == nil)
        }
    }

    /// Somebody publishes to the new bus while it is filled.
    @Test(arguments: BusUnderTest.allCases)
    func aStrangerInTheNewLogIsNoticed(engine: BusUnderTest) async throws {
        try await engine.with { (bus: any EventBus) async throws in
            let target = try #require(bus as? any MovableBus)
            try await target.begin(at: 1)
            try await target.append(copies: [Event(copyOf: Samples.outgoing(), at: 1)], through: 1)
            try await target.take([Samples.outgoing()])
            let error = await #expect(throws: ShippyError.self) {
                try await target.append(copies: [Event(copyOf: Samples.outgoing(), at: 2)], through: 2)
            }
            #expect(error?.code == .conflict)
            let again = await #expect(throws: ShippyError.self) { try await target.begin(at: 9) }
            #expect(again?.code == .conflict)
        }
    }
}

extension Event {
    fileprivate init(copyOf event: OutgoingEvent, at sequence: Int64) {
        self.init(sequence: sequence, id: event.id, subject: event.subject, time: event.time, headers: event.headers, payload: event.payload)
    }
}
