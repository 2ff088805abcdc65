import ShippyCore
import TestSupport
import Testing

/// A dead letter is settled once, and its replay goes to nobody but its group.
@Suite struct DeadLetterContractTests {
    private let users = [SubjectFilter(.userCreated)]

    /// A group that gives up on an event at its first failure.
    private func group(_ name: String = "group", lease: Duration = .seconds(60), maxDeliver: Int = 1) -> ConsumerConfiguration {
        ConsumerConfiguration(
            name: name, filter: SubjectFilter(.userCreated), lease: lease, maxDeliver: maxDeliver,
            backoff: Backoff(base: .milliseconds(10), cap: .milliseconds(20)))
    }

    private func batch(_ member: any EventConsumer) async throws -> DeliveryBatch {
        try await eventually("a batch") {
            let batch = try await member.fetch(limit: 10, wait: .milliseconds(200))
            return batch.events.isEmpty ? nil : batch
        }
    }

    /// Takes all events that are there, failing those with these IDs.
    private func take(_ member: any EventConsumer, failing ids: Set<String>, _ bus: any EventBus) async throws {
        try await eventually("all are taken") {
            let batch = try await member.fetch(limit: 10, wait: .milliseconds(50))
            let failing = batch.events.filter { ids.contains($0.id) }.map { ($0.sequence, "poison: \($0.id)") }
            if !batch.events.isEmpty { try await member.settle(batch, failures: Dictionary(uniqueKeysWithValues: failing)) }
            return try await bus.status().consumers.allSatisfy { $0.lag == 0 }
        }
    }

    private func letters(_ bus: any EventBus) async throws -> [DeadLetter] { try await bus.deadLetters(after: 0, limit: 100) }

    private func settle(_ letters: [DeadLetter], by settlement: DeadLetter.Settlement, _ bus: any EventBus) async throws -> [PublishReceipt] {
        try await bus.settle(letters, by: settlement).map { try $0.get() }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aDeadLetterTellsItsEvent(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let events = [Samples.event(for: Samples.user()), Samples.outgoing(id: String(repeating: "x", count: 300))]
            try await bus.take(events)
            let member = try await bus.consumer(group())
            try await take(member, failing: Set(events.map(\.id)), bus)
            let letters = try await letters(bus)
            #expect(letters.map(\.group) == ["group", "group"])
            #expect(letters.map(\.originalID) == events.map(\.id))
            #expect(letters.map(\.originalSequence) == [1, 2])
            #expect(letters.map(\.originalSubject) == [.userCreated, .userCreated])
            #expect(letters[0].reason == "poison: \(events[0].id)")
            #expect(letters[0].event.payload == events[0].payload)
            let others = events[0].headers.pairs.filter { $0.name != HeaderName.natsMessageID }
            #expect(letters[0].originalHeaders.map { "\($0.name)=\($0.value)" } == others.map { "\($0.name)=\($0.value)" })
            #expect(try await bus.status().deadLetters == 2)
            #expect(try await bus.deadLetters(after: 0, limit: 1) == [letters[0]])
            #expect(try await bus.deadLetters(after: letters[0].sequence, limit: 10) == [letters[1]])
            #expect(try await bus.deadLetters(after: letters[1].sequence, limit: 10).isEmpty)
            await member.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReplayGoesToItsGroupAlone(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let event = Samples.event(for: Samples.user())
            try await bus.take([event])
            let (member, other) = (try await bus.consumer(group()), try await bus.consumer(group("other")))
            let neighbour = try await batch(other)
            try await other.settle(neighbour, failures: [:])
            try await take(member, failing: [event.id], bus)
            let letters = try await letters(bus)
            #expect(letters.count == 1)

            let receipts = try await settle(letters, by: .replay, bus)
            #expect(receipts.map(\.isDuplicate) == [false])
            #expect(try await bus.status().deadLetters == 0)
            #expect(try await self.letters(bus).isEmpty)
            #expect(try await bus.status().consumers.map(\.lag) == [1, 0])
            let replayed = try await batch(member)
            #expect(replayed.events.map(\.id) == [event.id])
            #expect(replayed.events.map(\.subject) == [.userCreated])
            #expect(replayed.events.map(\.payload) == [event.payload])
            #expect(replayed.events.map(\.sequence) == receipts.map(\.sequence))
            #expect(replayed.attempt == 1)
            for (name, value) in event.headers.pairs { #expect(replayed.events[0].headers[name] == value, "\(name)") }
            try await member.settle(replayed, failures: [:])
            #expect(try await bus.status().consumers.map(\.lag) == [0, 0])
            #expect(try await member.fetch(limit: 10, wait: .milliseconds(1200)).events.isEmpty)
            #expect(try await other.fetch(limit: 10, wait: .milliseconds(100)).events.isEmpty)
            // Readers of the subject see it once.
            let reader = try await bus.reader(subjects: users, from: .all)
            var seen: [String] = []
            while case let items = try await reader.next(limit: 100, wait: .zero), !items.isEmpty {
                for case .event(let event) in items { seen.append(event.id) }
            }
            #expect(seen == [event.id])
            await reader.close()
            await member.close()
            await other.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases, [DeadLetter.Settlement.replay, .drop])
    func aDeadLetterIsSettledOnce(engine: BusUnderTest, settlement: DeadLetter.Settlement) async throws {
        try await engine.with { bus in
            let event = Samples.outgoing()
            try await bus.take([event])
            let member = try await bus.consumer(group())
            try await take(member, failing: [event.id], bus)
            let letters = try await letters(bus)
            #expect(try await settle(letters, by: settlement, bus).map(\.isDuplicate) == [false])
            let last = try await bus.position().sequence
            for again in [DeadLetter.Settlement.replay, .drop] {
                #expect(try await settle(letters, by: again, bus).map(\.isDuplicate) == [true])
            }
            #expect(try await bus.position().sequence == last)
            #expect(try await bus.status().deadLetters == 0)
            let batch = try await member.fetch(limit: 10, wait: .milliseconds(1200))
            #expect(batch.events.map(\.id) == (settlement == .replay ? [event.id] : []))
            if settlement == .replay { try await member.settle(batch, failures: [:]) }
            #expect(try await bus.status().consumers.map(\.lag) == [0])
            await member.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReplayThatFailsIsAnotherDeadLetter(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let event = Samples.outgoing("user.created", id: "e1", #"{"n":1}"#)
            try await bus.take([event])
            let member = try await bus.consumer(group(maxDeliver: 2))
            try await take(member, failing: ["e1"], bus)
            for round in 1...3 {
                let letters = try await letters(bus)
                #expect(letters.map(\.originalID) == ["e1"], "round \(round)")
                #expect(letters.map(\.originalSequence) == [1])
                #expect(letters.map { $0.event.payload } == [event.payload])
                #expect(try await settle(letters, by: .replay, bus).map(\.isDuplicate) == [false])
                #expect(try await bus.status().deadLetters == 0)
                try await take(member, failing: ["e1"], bus)
                #expect(try await bus.status().deadLetters == 1)
            }
            let last = try await letters(bus)
            _ = try await settle(last, by: .replay, bus)
            try await take(member, failing: [], bus)
            #expect(try await bus.status().deadLetters == 0)
            await member.close()
        }
    }

    /// Its member dies with it, and another one gets it; also if it was replayed while nobody was there.
    @Test(arguments: BusUnderTest.allCases)
    func aReplayIsNotLostWithItsMember(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let event = Samples.outgoing()
            try await bus.take([event])
            let hasty = group(lease: .milliseconds(400), maxDeliver: 1)
            let first = try await bus.consumer(hasty)
            try await take(first, failing: [event.id], bus)
            await first.close()
            _ = try await settle(try await letters(bus), by: .replay, bus)
            #expect(try await bus.status().consumers.map(\.lag) == [1])
            var patient = hasty
            patient.maxDeliver = 5
            let second = try await bus.consumer(patient)
            #expect(try await batch(second).events.map(\.id) == [event.id])
            await second.close()
            let third = try await bus.consumer(patient)
            let taken = try await batch(third)
            #expect(taken.events.map(\.id) == [event.id])
            try await third.settle(taken, failures: [:])
            #expect(try await bus.status().consumers.map(\.lag) == [0])
            #expect(try await bus.status().deadLetters == 0)
            await third.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReleasedReplayComesAgain(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let event = Samples.outgoing()
            try await bus.take([event])
            let member = try await bus.consumer(group())
            try await take(member, failing: [event.id], bus)
            _ = try await settle(try await letters(bus), by: .replay, bus)
            for _ in 0..<3 {
                let batch = try await batch(member)
                #expect(batch.events.map(\.id) == [event.id])
                #expect(batch.attempt == 1)
                try await member.release(batch)
            }
            try await take(member, failing: [], bus)
            #expect(try await bus.status().deadLetters == 0)
            await member.close()
        }
    }

    /// New events come meanwhile, in batches that pass the replay.
    @Test(arguments: BusUnderTest.allCases)
    func aReplayComesOnceAmongOthers(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let event = Samples.outgoing()
            try await bus.take([event])
            let member = try await bus.consumer(group())
            try await take(member, failing: [event.id], bus)
            let before = (0..<3).map { _ in Samples.outgoing() }
            try await bus.take(before)
            _ = try await settle(try await letters(bus), by: .replay, bus)
            let after = (0..<3).map { _ in Samples.outgoing() }
            try await bus.take(after)
            var seen: [String: Int] = [:]
            // Every batch is lost once, so that its run is read again.
            try await eventually("all are taken") {
                let batch = try await member.fetch(limit: 10, wait: .milliseconds(50))
                let isNew = batch.events.contains { seen[$0.id] == nil }
                for event in batch.events { seen[event.id, default: 0] += 1 }
                if isNew { try await member.release(batch) } else if !batch.events.isEmpty { try await member.settle(batch, failures: [:]) }
                return try await bus.status().consumers[0].lag == 0
            }
            #expect(Set(seen.keys) == Set((before + after + [event]).map(\.id)))
            #expect(seen[event.id] == 2)
            #expect(seen.values.reduce(0, +) == 14)
            await member.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReplayNeedsItsGroup(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            // Somebody else's dead letter, or of a group that was deleted.
            let event = Event(sequence: 7, id: "e", subject: .userCreated, time: .now, headers: EventHeaders(), payload: [1])
            try await bus.take([event.deadLetter(of: "nobody", reason: "r")])
            let letters = try await letters(bus)
            #expect(letters.count == 1)
            let results = try await bus.settle(letters, by: .replay)
            #expect(throws: ShippyError.noGroup("nobody")) { try results[0].get() }
            #expect(try await bus.status().deadLetters == 1)
            _ = try await settle(letters, by: .drop, bus)
            #expect(try await bus.status().deadLetters == 0)
        }
    }

    /// An import keeps the sequence of the event on the other bus. Here, another event has it.
    @Test(arguments: BusUnderTest.allCases)
    func aDeadLetterOfAnotherBusIsNotCompletedWithAnEventOfThisOne(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            for id in ["there", String(repeating: "x", count: 300)] {
                try await bus.take([Samples.outgoing()])
                let sequence = try await bus.position().sequence
                let event = Event(sequence: sequence, id: id, subject: .userCreated, time: .now, headers: EventHeaders(), payload: [])
                try await bus.take([event.shortDeadLetter(of: "group", reason: "r")])
            }
            for letter in try await letters(bus) {
                let error = await #expect(throws: ShippyError.self) { try await bus.completed(letter) }
                #expect(error?.code == .notFound)
            }
            #expect(try await letters(bus).count == 2)
        }
    }

    /// Retention may delete a dead letter before what settled it.
    @Test(arguments: BusUnderTest.allCases)
    func theNumberIsRightAfterRetention(engine: BusUnderTest) async throws {
        try await engine.with(maxAge: .milliseconds(1500)) { bus, _ in
            let events = (0..<3).map { Samples.outgoing("user.created", id: "e\($0)") }
            let member = try await bus.consumer(group())
            try await bus.take([events[0], events[1]])
            try await take(member, failing: ["e0", "e1"], bus)
            #expect(try await bus.status().deadLetters == 2)
            let old = try await letters(bus)
            try await eventually("the dead letters are old") { .now - old[1].event.time > .milliseconds(1000) }
            _ = try await settle([old[0]], by: .drop, bus)
            try await bus.take([events[2]])
            try await take(member, failing: ["e2"], bus)
            #expect(try await bus.status().deadLetters == 2)
            try await eventually("retention deletes the first two, and not the last", within: .seconds(30)) {
                try await bus.maintain()
                return try await bus.status().firstSequence > old[1].sequence
            }
            let status = try await bus.status()
            let open = try await letters(bus)
            #expect(status.deadLetters == open.count)
            #expect(open.allSatisfy { $0.originalID == "e2" })
            await member.close()
        }
    }

    /// Nobody takes it for longer than events are kept.
    @Test(arguments: BusUnderTest.allCases)
    func aReplayDoesNotExpireBeforeItIsTaken(engine: BusUnderTest) async throws {
        try await engine.with(maxAge: .milliseconds(100)) { bus, _ in
            let event = Samples.outgoing()
            try await bus.take([event])
            let member = try await bus.consumer(group())
            try await take(member, failing: [event.id], bus)
            await member.close()
            let receipt = try await settle(try await letters(bus), by: .replay, bus)[0]
            let since = ContinuousClock.now
            try await eventually("it is old") { since.duration(to: .now) > .milliseconds(300) }
            for _ in 0..<3 { try await bus.maintain() }
            #expect(try await bus.eventID(at: receipt.sequence) != nil)
            let later = try await bus.consumer(group())
            #expect(try await batch(later).events.map(\.id) == [event.id])
            await later.close()
        }
    }
}
