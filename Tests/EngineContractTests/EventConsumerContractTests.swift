import ShippyCore
import TestSupport
import Testing

/// Deliveries count against an event only when it is to blame for them, and what is given up is told.
@Suite struct EventConsumerContractTests {
    private let configuration = ConsumerConfiguration(
        name: "group", filter: SubjectFilter(.userCreated), lease: .milliseconds(400), maxDeliver: 3,
        backoff: Backoff(base: .milliseconds(10), cap: .milliseconds(20)))

    private func batch(_ member: any EventConsumer, limit: Int = 10) async throws -> DeliveryBatch {
        try await eventually("a batch") {
            let batch = try await member.fetch(limit: limit, wait: .milliseconds(200))
            return batch.events.isEmpty && batch.buried.isEmpty ? nil : batch
        }
    }

    @Test(arguments: BusUnderTest.allCases, [1, 4])
    func whatIsReleasedComesAgainAndDoesNotCount(engine: BusUnderTest, events: Int) async throws {
        try await engine.with { bus in
            try await bus.take((0..<events).map { _ in Samples.outgoing() })
            // Long enough for a lease not to end by itself.
            var patient = configuration
            patient.lease = .seconds(60)
            let member = try await bus.consumer(patient)
            for _ in 0..<8 {
                var released: Set<Int64> = []
                while released.count < events {
                    let batch = try await batch(member)
                    #expect(batch.attempt == 1)
                    #expect(batch.buried.isEmpty)
                    let fresh = batch.events.filter { released.insert($0.sequence).inserted }
                    try await member.release(batch)
                    if fresh.isEmpty { break }
                }
            }
            var seen: Set<Int64> = []
            while seen.count < events {
                let batch = try await batch(member)
                seen.formUnion(batch.events.map(\.sequence))
                #expect(try await member.settle(batch, failures: [:]).isEmpty)
            }
            let status = try await bus.status()
            #expect(status.deadLetters == 0)
            #expect(status.consumers[0].lag == 0)
            await member.close()
        }
    }

    /// A release under a lost lease takes nothing from the one who has it now.
    @Test(arguments: BusUnderTest.allCases)
    func releasingALostLeaseDoesNothing(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            try await bus.take([Samples.outgoing()])
            let slow = try await bus.consumer(configuration)
            let lost = try await batch(slow)
            var patient = configuration
            patient.lease = .seconds(60)
            let other = try await bus.consumer(patient)
            let taken = try await batch(other)
            #expect(engine == .nats || taken.token > lost.token)
            try await slow.release(lost)
            #expect(try await slow.fetch(limit: 1, wait: .milliseconds(100)).events.isEmpty || engine == .nats)
            try await other.settle(taken, failures: [:])
            #expect(try await bus.status().consumers[0].lag == 0)
            await slow.close()
            await other.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func aMemberThatIsLateDoesNotCountAgainstItsEvent(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            try await bus.take([Samples.outgoing()])
            let members = [try await bus.consumer(configuration), try await bus.consumer(configuration)]
            var late: (member: any EventConsumer, batch: DeliveryBatch)?
            for turn in 0..<9 {
                let batch = try await batch(members[turn % 2])
                #expect(batch.buried.isEmpty)
                // Whoever had it before comes back only now: somebody else has the event.
                if let late { #expect(try await late.member.settle(late.batch, failures: [1: "late"]).isEmpty) }
                late = (members[turn % 2], batch)
            }
            #expect(try await bus.status().deadLetters == 0)
            try await eventually("it is taken in time") {
                let batch = try await batch(members[0])
                try await members[0].settle(batch, failures: [:])
                return try await bus.status().consumers[0].lag == 0
            }
            #expect(try await bus.status().deadLetters == 0)
            for member in members { await member.close() }
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func burialsAreReportedAndCounted(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            let events = (0..<3).map { _ in Samples.outgoing() }
            try await bus.take(events)
            let member = try await bus.consumer(configuration)
            var buried: [BuriedEvent] = []
            var attempts: [Int] = []
            try await eventually("it is buried") {
                let batch = try await member.fetch(limit: 10, wait: .milliseconds(50))
                let isPoisoned = batch.events.contains { $0.sequence == 2 }
                if isPoisoned { attempts.append(batch.attempt) }
                buried += try await member.settle(batch, failures: isPoisoned ? [2: "poison"] : [:])
                return try await bus.status().consumers[0].lag == 0
            }
            #expect(buried == [BuriedEvent(sequence: 2, id: events[1].id, reason: "poison")])
            #expect(attempts == [1, 2, 3])
            #expect(try await bus.status().deadLetters == 1)
            await member.close()
        }
    }

    @Test(arguments: BusUnderTest.allCases)
    func anEventThatKillsItsHoldersIsReported(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            var hasty = configuration
            hasty.lease = .milliseconds(60)
            let event = Samples.outgoing()
            try await bus.take([event])
            var buried: [BuriedEvent] = []
            // Each time it is another member that gets it, and none of them comes back.
            try await eventually("it is buried") {
                let member = try await bus.consumer(hasty)
                buried += try await member.fetch(limit: 1, wait: .milliseconds(100)).buried
                await member.close()
                return !buried.isEmpty
            }
            #expect(buried == [BuriedEvent(sequence: 1, id: event.id, reason: "not acknowledged after 3 deliveries")])
            let status = try await bus.status()
            #expect(status.deadLetters == 1)
            #expect(status.consumers[0].lag == 0)
        }
    }

    /// Also when they had been handed out to a member that asked for more, and lost its lease.
    @Test(arguments: BusUnderTest.allCases)
    func noMoreEventsComeThanWereAskedFor(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            try await bus.take((0..<16).map { _ in Samples.outgoing() })
            let lost = try await bus.consumer(configuration)
            #expect(try await batch(lost, limit: 16).events.count > 2)
            await lost.close()
            let member = try await bus.consumer(configuration)
            try await eventually("all are settled") {
                let batch = try await member.fetch(limit: 2, wait: .milliseconds(100))
                #expect(batch.events.count <= 2)
                try await member.settle(batch, failures: [:])
                return try await bus.status().consumers[0].lag == 0
            }
            await member.close()
        }
    }

    /// Two groups of one log, and what only one of them wants.
    @Test(arguments: BusUnderTest.allCases, ["user.notice", "user.notice.*", "user.notice.>"])
    func aGroupGetsOnlyWhatItWants(engine: BusUnderTest, filter: String) async throws {
        try await engine.with { bus in
            var configuration = configuration
            configuration.filter = try SubjectFilter(filter)
            configuration.lease = .seconds(60)
            let subject = filter == "user.notice" ? filter : "user.notice.x"
            let member = try await bus.consumer(configuration)
            #expect(try await member.fetch(limit: 10, wait: .zero).events.isEmpty)
            var expected: [Int64] = []
            for round in 0..<3 {
                try await bus.take((0..<(20 + round)).map { _ in Samples.outgoing() })
                #expect(try await member.fetch(limit: 10, wait: .milliseconds(50)).events.isEmpty)
                #expect(try await bus.status().consumers == [BusStatus.Consumer(name: "group", filter: configuration.filter, lag: 0, inWork: 0)])
                let wanted = try await bus.take([Samples.outgoing(subject), Samples.outgoing(), Samples.outgoing(subject)])
                expected += [wanted[0].sequence, wanted[2].sequence]
                #expect(try await bus.status().consumers[0].lag == 2)
                var got: [Int64] = []
                try await eventually("both are delivered") {
                    let batch = try await member.fetch(limit: 10, wait: .milliseconds(200))
                    got += batch.events.map(\.sequence)
                    try await member.settle(batch, failures: [:])
                    return got.count == 2
                }
                #expect(got == Array(expected.suffix(2)))
                #expect(try await bus.status().consumers == [BusStatus.Consumer(name: "group", filter: configuration.filter, lag: 0, inWork: 0)])
            }
            // Another member begins where the group is.
            let other = try await bus.consumer(configuration)
            #expect(try await other.fetch(limit: 10, wait: .milliseconds(50)).events.isEmpty)
            await member.close()
            await other.close()
        }
    }

    /// A fetch that waits is woken by an event that the group wants, however many others come first.
    @Test(arguments: BusUnderTest.allCases)
    func aFetchWaitsForWhatTheGroupWants(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            var configuration = configuration
            configuration.filter = SubjectFilter(.userNotice)
            let member = try await bus.consumer(configuration)
            async let batch = member.fetch(limit: 10, wait: .seconds(30))
            for _ in 0..<5 { try await bus.take((0..<50).map { _ in Samples.outgoing() }) }
            let wanted = try await bus.take([Samples.outgoing("user.notice")])
            let got = try await batch
            #expect(got.events.map(\.sequence) == wanted.map(\.sequence))
            try await member.settle(got, failures: [:])
            await member.close()
        }
    }

    /// Failures count for the group, whichever of its members saw them.
    @Test(arguments: BusUnderTest.allCases)
    func membersCountFailuresTogether(engine: BusUnderTest) async throws {
        try await engine.with { bus in
            try await bus.take([Samples.outgoing()])
            var failures = 0
            var buried: [BuriedEvent] = []
            while buried.isEmpty, failures < 10 {
                let member = try await bus.consumer(configuration)
                let batch = try await batch(member)
                buried = try await member.settle(batch, failures: [1: "poison"])
                failures += 1
                await member.close()
            }
            #expect(failures == 3)
        }
    }
}
