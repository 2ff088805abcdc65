import ShippyCore
import TestSupport
import Testing

@Suite struct OutboxContractTests {
    private func fill(_ store: any Store, _ count: Int) async throws -> [OutgoingEvent] {
        let users = (0..<count).map { Samples.newUser("u\($0)-\(UUIDv7.next())@example.com") }
        _ = try await store.insert(users)
        return users.map(\.event)
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aRecordIsPendingUntilItIsMarked(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let events = try await fill(store, 5)
            let records = try await store.claimOutbox(limit: 3, owner: "a", lease: .seconds(5))
            #expect(records.map(\.event) == Array(events.prefix(3)))
            try await store.markPublished(records.map { ($0.position, $0.position) })
            #expect(try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(5)).map(\.event) == Array(events.suffix(2)))
            #expect(try await store.outboxStatus().pending == 2)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func marksInAnyOrderLeaveTheOthersPending(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let events = try await fill(store, 4)
            let records = try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(5))
            try await store.markPublished([(records[2].position, 3), (records[3].position, 4)])
            #expect(try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(5)).map(\.event) == Array(events.prefix(2)))
            try await store.markPublished([(records[0].position, 5), (records[1].position, 6)])
            #expect(try await store.outboxStatus().pending == 0)
            // What comes after is not taken for published.
            let more = try await fill(store, 2)
            #expect(try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(5)).map(\.event) == more)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func whatTheBusHasLostIsPendingAgain(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let events = try await fill(store, 6)
            #expect(try await store.lastPublishedSequence() == 0)
            for (first, sequence) in [(0, 101), (2, 103), (4, 105)] as [(Int, Int64)] {
                let records = try await store.claimOutbox(limit: 2, owner: "a", lease: .seconds(30))
                #expect(records.map(\.event) == Array(events[first..<(first + 2)]))
                try await store.markPublished([(records[0].position, sequence), (records[1].position, sequence + 1)])
            }
            #expect(try await store.lastPublishedSequence() == 106)
            #expect(try await store.reopenOutbox(from: 105) == 2)
            #expect(try await store.lastPublishedSequence() < 105)
            #expect(try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(30)).map(\.event) == Array(events.suffix(2)))
            // In the middle of a batch: what was lost comes again, and perhaps its neighbours.
            _ = try await store.reopenOutbox(from: 104)
            let again = try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(30)).map(\.event)
            #expect(again.suffix(3) == events.suffix(3))
            #expect(try await store.reopenOutbox(from: 1) > 0)
            #expect(try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(30)).map(\.event) == events)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func nobodyElseGetsWhatIsClaimed(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let events = try await fill(store, 2)
            _ = try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(30))
            #expect(try await store.claimOutbox(limit: 10, owner: "b", lease: .seconds(30)).isEmpty)
            try await store.releaseOutbox(owner: "a")
            #expect(try await store.claimOutbox(limit: 10, owner: "b", lease: .seconds(30)).map(\.event) == events)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aDeadOwnersClaimEnds(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let events = try await fill(store, 2)
            _ = try await store.claimOutbox(limit: 10, owner: "dead", lease: .milliseconds(200))
            try await eventually("the lease ends") {
                try await store.claimOutbox(limit: 10, owner: "b", lease: .milliseconds(200)).map(\.event) == events
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func maintenanceTakesNothingThatIsPending(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let events = try await fill(store, 3)
            let records = try await store.claimOutbox(limit: 1, owner: "a", lease: .seconds(5))
            try await store.markPublished(records.map { ($0.position, $0.position) })
            try await store.maintain()
            #expect(try await store.claimOutbox(limit: 10, owner: "a", lease: .seconds(5)).map(\.event) == Array(events.suffix(2)))
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func aCommitRaisesTheChange(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let mark = store.outboxChanges.mark
            _ = try await fill(store, 1)
            try await eventually("the change") { store.outboxChanges.mark > mark }
        }
    }
}
