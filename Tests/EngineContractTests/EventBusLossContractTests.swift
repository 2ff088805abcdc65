import ShippyCore
import TestSupport
import Testing

/// A bus is known by its identity and by what it holds, and says what it has lost.
@Suite struct EventBusLossContractTests {
    private let users = [SubjectFilter(.userCreated)]
    private let group = ConsumerConfiguration(
        name: "group", filter: SubjectFilter(.userCreated), backoff: Backoff(base: .milliseconds(10), cap: .milliseconds(20)))

    private func publish(_ bus: any EventBus, _ count: Int) async throws -> [OutgoingEvent] {
        let events = (0..<count).map { Samples.outgoing("user.created", "{\"n\":\($0)}") }
        try await bus.take(events)
        return events
    }

    /// As soon as the bus is back.
    private func publishAgain(_ bus: any EventBus, _ count: Int) async throws -> [OutgoingEvent] {
        try await eventually("a publish") { try? await publish(bus, count) }
    }

    private func isEvent(_ id: String) -> (StreamItem) -> Bool {
        { if case .event(let event) = $0 { event.id == id } else { false } }
    }

    // MARK: What is known of a bus

    @Test(arguments: BusUnderTest.allCases)
    func theIdentityChangesWhenTheLogIsBegunAnew(engine: BusUnderTest) async throws {
        try await engine.with { bus, faults in
            let empty = try await bus.position()
            #expect(empty.sequence == 0)
            _ = try await publish(bus, 3)
            #expect(try await bus.position() == BusPosition(identity: empty.identity, sequence: 3))
            try await faults.beginAnew(events: 3)
            let other = try await bus.position()
            #expect(other.identity != empty.identity)
            #expect(other.sequence == 3)
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func anEventIsKnownByItsSequence(engine: BusUnderTest) async throws {
        try await engine.with { bus, faults in
            let events = try await publish(bus, 3)
            for (place, event) in events.enumerated() { #expect(try await bus.eventID(at: Int64(place + 1)) == event.id) }
            #expect(try await bus.eventID(at: 0) == nil)
            #expect(try await bus.eventID(at: 4) == nil)
            try await faults.delete(2)
            #expect(try await bus.eventID(at: 2) == nil)
            #expect(try await bus.eventID(at: 3) == events[2].id)
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func eventsAreFoundByTheirIDs(engine: BusUnderTest) async throws {
        try await engine.with { bus, faults in
            let events = try await publish(bus, 20)
            var sequences: [String: Int64] = [:]
            for (place, event) in events.enumerated() { sequences[event.id] = Int64(place + 1) }
            func ids(_ range: ClosedRange<Int64>, isEnd: Bool) -> EventIDs {
                EventIDs(sequences: sequences.filter { range.contains($0.value) }, through: range.upperBound, isEnd: isEnd)
            }
            #expect(try await bus.eventIDs(after: 0, limit: 8) == ids(1...8, isEnd: false))
            #expect(try await bus.eventIDs(after: 8, limit: 8) == ids(9...16, isEnd: false))
            #expect(try await bus.eventIDs(after: 16, limit: 8) == ids(17...20, isEnd: true))
            #expect(try await bus.eventIDs(after: 20, limit: 8) == EventIDs(sequences: [:], through: 20, isEnd: true))
            // The end of the log is missing: nothing comes that would say so.
            try await faults.delete(20)
            #expect(try await bus.eventIDs(after: 16, limit: 8).sequences == ids(17...19, isEnd: true).sequences)
            #expect(try await bus.eventIDs(after: 19, limit: 8).isEnd)
        }
    }

    // MARK: What a reader is told

    @Test(arguments: BusUnderTest.allCases)
    func aReaderIsToldOfEventsThatAreMissing(engine: BusUnderTest) async throws {
        try await engine.with { bus, faults in
            let events = try await publish(bus, 6)
            for sequence in [Int64(3), 4, 6] { try await faults.delete(sequence) }
            let reader = try await bus.reader(subjects: users, from: .all)
            var items: [StreamItem] = []
            while case let more = try await reader.next(limit: 10, wait: .zero), !more.isEmpty { items += more }
            let ids = items.compactMap { if case .event(let event) = $0 { event.id } else { nil } }
            #expect(ids == [events[0].id, events[1].id, events[4].id])
            #expect(items.firstIndex(of: .notice(.gap(from: 3, to: 4, reason: .missing))) == 2)
            #expect(items.last == .notice(.gap(from: 6, to: 6, reason: .missing)))
            // It goes on behind the hole.
            let next = try await publish(bus, 1)
            #expect(try await reader.events(1).map(\.id) == next.map(\.id))
            await reader.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReaderIsToldOfEventsThatHaveExpired(engine: BusUnderTest) async throws {
        try await engine.with(maxAge: .zero) { bus, _ in
            let events = try await publish(bus, 8)
            let member = try await bus.consumer(group)
            try await member.settle(try await member.fetch(limit: 5, wait: .seconds(5)), failures: [:])
            try await eventually("five expire") {
                try await bus.maintain()
                return try await bus.status().firstSequence == 6
            }
            let reader = try await bus.reader(subjects: users, from: .sequence(2))
            let items = try await reader.items(until: isEvent(events[7].id))
            #expect(items.first == .notice(.gap(from: 2, to: 5, reason: .expired)))
            #expect(items.count == 4)
            await reader.close()
            await member.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReaderIsToldOfALogThatBeginsAnew(engine: BusUnderTest) async throws {
        try await engine.with { bus, faults in
            _ = try await publish(bus, 3)
            let reader = try await bus.reader(subjects: users, from: .all)
            _ = try await reader.events(3)
            // Strangers have filled it further than it was.
            try await faults.beginAnew(events: 5)
            let last = try await publish(bus, 1)[0]
            let items = try await reader.items(until: isEvent(last.id))
            #expect(items.first == .notice(.reset(last: 3)))
            #expect(items.count == 7, "\(items)")
            await reader.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases, [0, 1, 2, 5])
    func aReaderIsToldOfAnEndThatWasLost(engine: BusUnderTest, refilled: Int) async throws {
        try await engine.with { bus, faults in
            let kept = try await publish(bus, 3)
            try await faults.save()
            _ = try await publishAgain(bus, 2)
            let reader = try await bus.reader(subjects: users, from: .all)
            _ = try await reader.events(5)
            try await faults.loseEnd(refilledWith: refilled)
            let last = try await publishAgain(bus, 1)[0]
            let items = try await reader.items(until: isEvent(last.id))
            let reset = items.firstIndex(of: .notice(.reset(last: 5)))
            #expect(reset != nil, "\(items)")
            let ids = items[(reset ?? 0)...].compactMap { if case .event(let event) = $0 { event.id } else { nil } }
            #expect(ids.starts(with: kept.map(\.id)))
            #expect(ids.count == 3 + refilled + 1, "nothing is left out: \(items)")
            await reader.close()
        }
    }

    // MARK: What a group is handed

    @Test(arguments: BusUnderTest.allCases, [0, 2, 5])
    func aGroupGetsWhatCameInPlaceOfALostEnd(engine: BusUnderTest, refilled: Int) async throws {
        try await engine.with { bus, faults in
            _ = try await publish(bus, 3)
            try await faults.save()
            _ = try await publishAgain(bus, 2)
            let member = try await bus.consumer(group)
            try await member.settle(try await member.fetch(limit: 5, wait: .seconds(5)), failures: [:])
            try await faults.loseEnd(refilledWith: refilled)
            let last = try await publishAgain(bus, 1)[0]
            let expected = Set(4...Int64(3 + refilled + 1))
            var seen: Set<Int64> = []
            try await eventually("all that came since, \(seen) of \(expected)") {
                guard let batch = try? await member.fetch(limit: 10, wait: .milliseconds(200)) else { return false }
                seen.formUnion(batch.events.map(\.sequence))
                try await member.settle(batch, failures: [:])
                return seen.isSuperset(of: expected)
            }
            #expect(try await bus.eventID(at: expected.max()!) == last.id)
            await member.close()
        }
    }
}
