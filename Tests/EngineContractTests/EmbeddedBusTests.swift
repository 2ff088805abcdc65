import GRDB
import Glibc
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

/// What is particular to the embedded bus: its retention, and several processes on one file.
@Suite struct EmbeddedBusTests {
    private let users = [SubjectFilter(.userCreated)]
    private let group = ConsumerConfiguration(name: "group", filter: SubjectFilter(.userCreated))

    /// Has a group that has acknowledged all that is there.
    private func acknowledgeAll(_ bus: EmbeddedBus) async throws {
        let member = try await bus.consumer(group)
        while case let batch = try await member.fetch(limit: 1000, wait: .zero), !batch.events.isEmpty {
            try await member.settle(batch, failures: [:])
        }
    }

    @Test func leasesEndWithTheMachinesRestart() async throws {
        let directory = try TemporaryDirectory()
        let before = try EmbeddedBus(path: directory("events.db"))
        try await before.take([Samples.outgoing()])
        #expect(try await before.consumer(group).fetch(limit: 10, wait: .zero).events.count == 1)
        await before.close()
        try await DatabaseQueue(path: directory("events.db")).write { try $0.execute(sql: "UPDATE engine SET boot = 'an earlier one'") }
        let after = try EmbeddedBus(path: directory("events.db"))
        let again = try await after.consumer(group).fetch(limit: 10, wait: .zero)
        #expect(again.events.count == 1)
        #expect(again.attempt == 2)
        await after.close()
    }

    @Test func whatExpiredIsAGap() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .seconds(3600), bytes: 10_000))
        let reader = try await bus.reader(subjects: users, from: .all)
        try await bus.take((0..<200).map { _ in Samples.outgoing() })
        #expect(try await reader.next(limit: 10, wait: .zero).count == 10)
        try await acknowledgeAll(bus)
        try await bus.maintain()
        let status = try await bus.status()
        #expect(status.firstSequence > 100 && status.firstSequence < 200)
        #expect(status.bytes <= 10_000)
        let items = try await reader.next(limit: 10, wait: .zero)
        #expect(items.first == .notice(.gap(from: 11, to: status.firstSequence - 1, reason: .expired)))
        guard case .event(let event)? = items.dropFirst().first else {
            Issue.record("no event after the gap")
            return
        }
        #expect(event.sequence == status.firstSequence)
        let late = try await bus.reader(subjects: users, from: .sequence(5)).next(limit: 1, wait: .zero)
        #expect(late.first == .notice(.gap(from: 5, to: status.firstSequence - 1, reason: .expired)))
        #expect(try await bus.reader(subjects: users, from: .all).next(limit: 1, wait: .zero).first == .event(event))
        await bus.close()
    }

    // MARK: A group that few events are for

    private let rare = ConsumerConfiguration(name: "rare", filter: SubjectFilter(.userNotice))

    private func next(_ directory: TemporaryDirectory) async throws -> Int64? {
        try await DatabaseQueue(path: directory("events.db")).read {
            try Int64.fetchOne($0, sql: "SELECT next_seq FROM consumers WHERE name = 'rare'")
        }
    }

    /// On a busy log, each of its commits would cost another one.
    @Test func skippingWritesOnlyAtTheEndOfAFetch() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let member = try await bus.consumer(rare)
        let fetch = Task { try await member.fetch(limit: 10, wait: .seconds(600)) }
        for _ in 0..<10 {
            try await bus.take((0..<20).map { _ in Samples.outgoing() })
            try await Task.sleep(for: .milliseconds(30))
        }
        #expect(try await next(directory) == 1)
        fetch.cancel()
        // It ends at once: empty while it waits for events, by an error while it reads the log.
        do {
            #expect(try await fetch.value.events.isEmpty)
        } catch is CancellationError {}
        #expect(try await next(directory) == 1)
        #expect(try await member.fetch(limit: 10, wait: .zero).events.isEmpty)
        #expect(try await next(directory) == 201)
        await bus.close()
    }

    @Test func whatIsSkippedIsPassedTogetherWithABatch() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let member = try await bus.consumer(rare)
        try await bus.take((0..<30).map { _ in Samples.outgoing() } + [Samples.outgoing("user.notice")])
        #expect(try await member.fetch(limit: 10, wait: .zero).events.map(\.sequence) == [31])
        #expect(try await next(directory) == 32)
        await bus.close()
    }

    /// A member that is cancelled again and again, as in a command, would otherwise begin at the same place each time.
    @Test func aMemberThatIsFarAheadOfItsGroupTakesItAlong() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let member = try await bus.consumer(rare)
        for _ in 0..<10 { try await bus.take((0..<2_500).map { _ in Samples.outgoing() }) }
        let fetch = Task { try await member.fetch(limit: 10, wait: .seconds(60)) }
        try await eventually("the group is taken along") { try await next(directory) ?? 0 > 20_000 }
        try await bus.take([Samples.outgoing("user.notice")])
        #expect(try await fetch.value.events.map(\.sequence) == [25_001])
        await bus.close()
    }

    /// What takes the place of lost events has not been looked at.
    @Test(arguments: [1, 12])
    func aLogThatLostItsEndIsLookedAtAgain(refill: Int) async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let faults = EmbeddedBusFaults(path: directory("events.db"))
        let member = try await bus.consumer(rare)
        try await bus.take((0..<5).map { _ in Samples.outgoing() })
        try await faults.save()
        try await bus.take((0..<10).map { _ in Samples.outgoing() })
        let fetch = Task { try await member.fetch(limit: 10, wait: .seconds(60)) }
        try await bus.take([Samples.outgoing()])
        try await Task.sleep(for: .milliseconds(100))
        fetch.cancel()
        _ = await fetch.result
        #expect(try await next(directory) == 1)
        try await faults.loseEnd(refilledWith: 0)
        let other = try EmbeddedBus(path: directory("events.db"))
        try await other.take([Samples.outgoing("user.notice")] + (0..<refill).map { _ in Samples.outgoing() })
        #expect(try await member.fetch(limit: 10, wait: .zero).events.map(\.sequence) == [6])
        await other.close()
        await bus.close()
    }

    @Test func sequencesGoOnWhenAllIsExpired() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .zero, bytes: 0))
        try await bus.take((0..<5).map { _ in Samples.outgoing() })
        let reader = try await bus.reader(subjects: users, from: .sequence(1))
        try await acknowledgeAll(bus)
        try await eventually("all expire") {
            try await bus.maintain()
            return try await bus.status().firstSequence == 6
        }
        #expect(try await reader.next(limit: 10, wait: .zero) == [.notice(.gap(from: 1, to: 5, reason: .expired))])
        #expect(try await bus.take([Samples.outgoing()])[0].sequence == 6)
        await bus.close()
    }

    @Test func whatAGroupHasNotAcknowledgedStays() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .zero, bytes: 0))
        let member = try await bus.consumer(group)
        try await bus.take((0..<5).map { _ in Samples.outgoing() })
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
        try await one.take([Samples.outgoing()])
        #expect(try await items.count == 1)
        await one.close()
        await two.close()
    }

    /// A clock that was an hour ahead for a while, and put right again.
    @Test func timesGoBackAndAreFoundAllTheSame() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let now = Timestamp.now
        let minutes = [-30, -20, 60, -10, 61, -9, -5]
        try await DatabaseQueue(path: directory("events.db")).write { db in
            var log = try EventLog(db)
            for minute in minutes { _ = try log.append(Samples.outgoing(), at: now + .seconds(minute * 60)) }
            try log.save()
        }
        func first(since minute: Int) async throws -> Int64? {
            let reader = try await bus.reader(subjects: users, from: .time(now + .seconds(minute * 60)))
            return try await reader.next(limit: 1, wait: .zero).compactMap { if case .event(let event) = $0 { event.sequence } else { nil } }.first
        }
        let times = try await bus.reader(subjects: users, from: .all).events(7).map { $0.time - now }
        #expect(times == minutes.map { .seconds($0 * 60) }, "each event has the time that it was")
        #expect(try await first(since: -40) == 1)
        #expect(try await first(since: -25) == 2)
        #expect(try await first(since: -15) == 3, "nothing at or after that time is left out")
        #expect(try await first(since: 60) == 3, "whatever has an earlier time behind it")
        #expect(try await first(since: 61) == 5)
        #expect(try await first(since: 62) == nil)
        // The ones from the future go with their neighbours, and leave no peak behind that would hide what follows.
        try await acknowledgeAll(bus)
        let short = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .seconds(7 * 60)))
        try await short.maintain()
        #expect(try await bus.status().firstSequence == 7)
        #expect(try await first(since: -6) == 7)
        #expect(try await first(since: 0) == nil)
        await short.close()
        await bus.close()
    }

    /// A clock that was ahead while many events came must not keep later ones from expiring.
    @Test func eventsFromTheFutureHoldUpNoOthers() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"), retention: .init(age: .seconds(60)))
        let now = Timestamp.now
        try await DatabaseQueue(path: directory("events.db")).write { db in
            var log = try EventLog(db)
            for _ in 0..<1500 { _ = try log.append(Samples.outgoing(), at: now + .seconds(86_400)) }
            for _ in 0..<10 { _ = try log.append(Samples.outgoing(), at: now + .seconds(-3600)) }
            try log.save()
        }
        try await acknowledgeAll(bus)
        try await bus.maintain()
        #expect(try await bus.status().firstSequence == 1511)
        await bus.close()
    }

    /// Minutes from now at which events came, by a clock that was wrong for a while: none of them is as old as it seems.
    @Test(arguments: [[60, 61, 0, -43_200, 0], [-1, -43_200, 0], [0, 525_600, -43_200, 525_601, 0]])
    func aWrongClockExpiresNothing(minutes: [Int]) async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        let now = Timestamp.now
        try await DatabaseQueue(path: directory("events.db")).write { db in
            var log = try EventLog(db)
            for minute in minutes { _ = try log.append(Samples.outgoing(), at: now + .seconds(minute * 60)) }
            try log.save()
        }
        try await acknowledgeAll(bus)
        try await bus.maintain()
        #expect(try await bus.status().firstSequence == 1)
        await bus.close()
    }

    @Test func aLeaseStandsWhateverTheWallClockSays() async throws {
        let directory = try TemporaryDirectory()
        let bus = try EmbeddedBus(path: directory("events.db"))
        try await bus.take([Samples.outgoing()])
        let member = try await bus.consumer(group)
        #expect(try await member.fetch(limit: 1, wait: .zero).events.count == 1)
        let until = try await DatabaseQueue(path: directory("events.db")).read { try Int64.fetchOne($0, sql: "SELECT until FROM leases")! }
        let clock = try await DatabaseQueue(path: directory("events.db")).read {
            try Int64.fetchOne($0, sql: "SELECT clock_offset FROM engine")!
        }
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        let sinceBoot = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        #expect(abs(until - clock - sinceBoot - group.lease.milliseconds) < 5000)
        await bus.close()
    }
}
