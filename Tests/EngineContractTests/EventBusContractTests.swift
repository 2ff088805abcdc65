import ShippyCore
import TestSupport
import Testing

@Suite struct EventBusContractTests {
    private let users = [SubjectFilter(.userCreated)]
    private let consumer = ConsumerConfiguration(
        name: "group", filter: SubjectFilter(.userCreated), lease: .milliseconds(300), maxDeliver: 3,
        backoff: Backoff(base: .milliseconds(10), cap: .milliseconds(20)))

    private func publish(_ bus: any EventBus, _ count: Int, subject: String = "user.created") async throws -> [OutgoingEvent] {
        let events = (0..<count).map { Samples.outgoing(subject, "{\"n\":\($0)}") }
        try await bus.take(events)
        return events
    }

    // MARK: Publishing and reading

    @Test(arguments: BusUnderTest.allCases)
    func eventsComeOutAsTheyWentIn(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let user = Samples.user()
            let event = Samples.event(for: user)
            let receipt = try await bus.take([event])[0]
            #expect(receipt == PublishReceipt(sequence: 1, isDuplicate: false))
            let read = try await bus.reader(subjects: users, from: .all).events(1)[0]
            #expect(read.sequence == 1)
            #expect(read.id == event.id)
            #expect(read.subject == event.subject)
            #expect(read.headers.pairs.map { "\($0.name)=\($0.value)" } == event.headers.pairs.map { "\($0.name)=\($0.value)" })
            #expect(read.payload == event.payload)
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func anIdIsPublishedOnce(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let event = Samples.outgoing(id: "e1")
            let receipts = try await bus.take([event, Samples.outgoing(id: "e2"), event])
            #expect(receipts.map(\.isDuplicate) == [false, false, true])
            #expect(receipts.map(\.sequence) == [1, 2, 1])
            #expect(try await bus.take([event])[0] == PublishReceipt(sequence: 1, isDuplicate: true))
            #expect(try await bus.status().lastSequence == 2)
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func readersBeginWhereTheyAsk(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            _ = try await publish(bus, 5)
            _ = try await publish(bus, 5, subject: "other")
            // Early in a second, because its fraction then begins with a zero, which libnats drops.
            try await Task.sleep(for: .milliseconds(1010 - Timestamp.now.milliseconds % 1000))
            let middle = Timestamp.now
            try await Task.sleep(for: .milliseconds(20))
            _ = try await publish(bus, 5)
            #expect(try await bus.reader(subjects: users, from: .all).events(10).map(\.sequence) == [1, 2, 3, 4, 5, 11, 12, 13, 14, 15])
            #expect(try await bus.reader(subjects: users, from: .last(7)).events(7).map(\.sequence) == [4, 5, 11, 12, 13, 14, 15])
            #expect(try await bus.reader(subjects: users, from: .sequence(5)).events(6).first?.sequence == 5)
            #expect(try await bus.reader(subjects: users, from: .time(middle)).events(5).first?.sequence == 11)
            let new = try await bus.reader(subjects: users, from: .new)
            #expect(try await new.next(limit: 10, wait: .zero).isEmpty)
            _ = try await publish(bus, 1)
            #expect(try await new.events(1).map(\.sequence) == [16])
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aReaderIsWokenByAPublish(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let reader = try await bus.reader(subjects: users, from: .new)
            async let items = reader.next(limit: 10, wait: .seconds(30))
            try await Task.sleep(for: .milliseconds(50))
            _ = try await publish(bus, 1)
            #expect(try await items.count == 1)
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func wildcardsPick(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            for subject in ["user.created", "user.deleted", "order.created"] { _ = try await publish(bus, 1, subject: subject) }
            let subjects = try await bus.reader(subjects: [SubjectFilter("user.*")], from: .all).events(2).map(\.subject.description)
            #expect(subjects == ["user.created", "user.deleted"])
            #expect(try await bus.reader(subjects: [SubjectFilter(">")], from: .last(2)).events(2).map(\.sequence) == [2, 3])
            let twice = try [SubjectFilter("user.*"), SubjectFilter("user.created"), SubjectFilter("user.>")]
            #expect(try await bus.reader(subjects: twice, from: .last(2)).events(2).map(\.sequence) == [1, 2])
        }
    }

    // MARK: Consumer groups

    @Test(arguments: BusUnderTest.allCases)
    func eachEventGoesToOneMember(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            _ = try await publish(bus, 100)
            let members = [try await bus.consumer(consumer), try await bus.consumer(consumer)]
            var seen: [Int64] = []
            for turn in 0..<20 {
                let batch = try await members[turn % 2].fetch(limit: 10, wait: .zero)
                seen += batch.events.map(\.sequence)
                try await members[turn % 2].settle(batch, failures: [:])
            }
            #expect(seen.sorted() == Array(1...100))
            #expect(try await bus.status().consumers == [BusStatus.Consumer(name: "group", filter: SubjectFilter(.userCreated), lag: 0, inWork: 0)])
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func theLagSaysWhatIsNotAcknowledged(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let member = try await bus.consumer(consumer)
            _ = try await publish(bus, 10)
            _ = try await publish(bus, 5, subject: "other")
            #expect(try await bus.status().consumers == [BusStatus.Consumer(name: "group", filter: SubjectFilter(.userCreated), lag: 10, inWork: 0)])
            let batch = try await member.fetch(limit: 4, wait: .seconds(5))
            #expect(try await bus.status().consumers == [BusStatus.Consumer(name: "group", filter: SubjectFilter(.userCreated), lag: 10, inWork: 4)])
            try await member.settle(batch, failures: [:])
            #expect(try await bus.status().consumers == [BusStatus.Consumer(name: "group", filter: SubjectFilter(.userCreated), lag: 6, inWork: 0)])
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aDeadMembersEventsComeAgain(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            _ = try await publish(bus, 8)
            let dead = try await bus.consumer(consumer)
            #expect(try await dead.fetch(limit: 8, wait: .zero).events.count == 8)
            let other = try await bus.consumer(consumer)
            var seen: Set<Int64> = []
            try await eventually("all come again") {
                let batch = try await other.fetch(limit: 8, wait: .milliseconds(100))
                seen.formUnion(batch.events.map(\.sequence))
                try await other.settle(batch, failures: [:])
                return seen.count == 8
            }
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func settlingALostLeaseDoesNothing(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            _ = try await publish(bus, 1)
            let slow = try await bus.consumer(consumer)
            let lost = try await slow.fetch(limit: 1, wait: .zero)
            let other = try await bus.consumer(consumer)
            let taken = try await eventually("it comes again") {
                let batch = try await other.fetch(limit: 1, wait: .milliseconds(100))
                return batch.events.isEmpty ? nil : batch
            }
            try await slow.settle(lost, failures: [:])
            #expect(try await bus.status().consumers[0].inWork == 1)
            try await other.settle(taken, failures: [:])
            #expect(try await bus.status().consumers[0].lag == 0)
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aPoisonEventEndsInTheDeadLettersAndHoldsUpNobody(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            _ = try await publish(bus, 5)
            let member = try await bus.consumer(consumer)
            var handled: [Int64] = []
            var poisoned = 0
            try await eventually("the poison is buried") {
                let batch = try await member.fetch(limit: 10, wait: .milliseconds(50))
                let failures = batch.events.contains { $0.sequence == 3 } ? [Int64(3): "poison"] : [:]
                handled += batch.events.map(\.sequence).filter { $0 != 3 }
                poisoned += failures.count
                try await member.settle(batch, failures: failures)
                return try await bus.status().consumers[0].lag == 0
            }
            #expect(handled.sorted() == [1, 2, 4, 5])
            #expect(poisoned == 3)
            let dead = try await bus.reader(subjects: [SubjectFilter("dead-letter.group")], from: .all).events(1)[0]
            #expect(dead.headers[HeaderName.deadReason] == "poison")
            #expect(dead.headers[HeaderName.deadSequence] == "3")
            #expect(dead.payload == [UInt8](#"{"n":2}"#.utf8))
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func whatKillsItsHolderIsSoonAlone(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            var configuration = consumer
            configuration.lease = .milliseconds(60)
            _ = try await publish(bus, 8)
            let member = try await bus.consumer(configuration)
            var handled: Set<Int64> = []
            // Whoever gets event 6 dies: nothing of that batch is settled.
            try await eventually("the killer is buried") {
                let batch = try await member.fetch(limit: 8, wait: .milliseconds(20))
                if !batch.events.contains(where: { $0.sequence == 6 }) {
                    handled.formUnion(batch.events.map(\.sequence))
                    try await member.settle(batch, failures: [:])
                }
                return try await bus.status().consumers[0].lag == 0
            }
            #expect(handled == [1, 2, 3, 4, 5, 7, 8])
        }
    }
}
