import ShippyCore
import TestSupport
import Testing

@Suite struct OutboxContractTests {
    private func fill(_ store: any Store, _ count: Int) async throws -> [OutgoingEvent] {
        let users = (0..<count).map { Samples.newUser("u\($0)-\(UUIDv7.next())@example.com") }
        _ = try await store.insert(users)
        return users.map(\.event)
    }

    private func place(_ sequence: Int64, on identity: String = "bus") -> BusPosition {
        BusPosition(identity: identity, sequence: sequence)
    }

    private func claim(
        _ outbox: any Outbox, limit: Int = 10, owner: String = "a", lease: Duration = .seconds(30), at position: BusPosition? = nil
    ) async throws -> OutboxClaim {
        try await outbox.claimOutbox(limit: limit, owner: owner, lease: lease, at: position ?? place(0))
    }

    /// Marks records in their order, the first one under `sequence`.
    private func mark(
        _ outbox: any Outbox, _ records: some Collection<OutboxRecord>, from sequence: Int64, on identity: String = "bus", _ claim: OutboxClaim
    ) async throws -> Bool {
        let published = zip(records, sequence...).map { PublishedRecord(position: $0.position, sequence: $1) }
        return try await outbox.markPublished(published, on: identity, fence: claim.fence)
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func aRecordIsPendingUntilItIsMarked(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            #expect(try await claim(outbox) == .none)
            let events = try await fill(store, 5)
            let first = try await claim(outbox, limit: 3)
            #expect(first.records.map(\.event) == Array(events.prefix(3)))
            #expect(try await mark(outbox, first.records, from: 1, first))
            #expect(try await claim(outbox).records.map(\.event) == Array(events.suffix(2)))
            #expect(try await outbox.outboxStatus().pending == 2)
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func marksInAnyOrderLeaveTheOthersPending(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 6)
            let all = try await claim(outbox)
            #expect(try await mark(outbox, [all.records[1], all.records[3], all.records[5]], from: 3, all))
            #expect(try await claim(outbox).records.map(\.event) == [events[0], events[2], events[4]])
            #expect(try await outbox.outboxStatus().pending == 3)
            // The whole batch once more, as a relay would do that got no answer.
            #expect(try await mark(outbox, all.records, from: 6, all))
            #expect(try await outbox.outboxStatus().pending == 0)
            // All of them are kept, and what comes after is not taken for published.
            let more = try await fill(store, 2)
            #expect(try await claim(outbox).records.map(\.event) == more)
            #expect(try await outbox.reopenOutbox(from: place(1)) == 6)
            #expect(try await claim(outbox).records.map(\.event) == events + more)
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func whatTheBusHasLostIsPendingAgain(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 6)
            #expect(try await outbox.lastPublished() == nil)
            for (first, sequence) in [(0, 101), (2, 103), (4, 105)] as [(Int, Int64)] {
                let batch = try await claim(outbox, limit: 2)
                #expect(batch.records.map(\.event) == Array(events[first..<(first + 2)]))
                #expect(try await mark(outbox, batch.records, from: sequence, batch))
            }
            #expect(try await outbox.lastPublished() == PublishedEvent(id: events[5].id, position: place(106)))
            #expect(try await outbox.reopenOutbox(from: place(107)) == 0)
            #expect(try await outbox.reopenOutbox(from: place(105)) == 2)
            #expect(try await outbox.lastPublished() == PublishedEvent(id: events[3].id, position: place(104)))
            #expect(try await claim(outbox).records.map(\.event) == Array(events.suffix(2)))
            // In the middle of a batch: what was lost comes again, and perhaps its neighbours.
            _ = try await outbox.reopenOutbox(from: place(104))
            #expect(try await claim(outbox).records.map(\.event).suffix(3) == events.suffix(3))
            #expect(try await outbox.reopenOutbox(from: place(1)) > 0)
            #expect(try await claim(outbox).records.map(\.event) == events)
            #expect(try await outbox.lastPublished() == nil)
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func whatIsReopenedCountsAsOffered(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            _ = try await fill(store, 4)
            let all = try await claim(outbox, at: place(100))
            #expect(try await mark(outbox, all.records, from: 101, all))
            #expect(try await outbox.reopenOutbox(from: place(103)) >= 2)
            let again = try await claim(outbox, at: place(500)).records.suffix(2).map(\.offeredAt)
            #expect(again.allSatisfy { $0?.identity == "bus" && $0!.sequence <= 102 })
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func anotherBusGetsEverythingThatIsKept(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 3)
            let all = try await claim(outbox)
            #expect(try await mark(outbox, all.records, from: 101, all))
            #expect(try await outbox.reopenOutbox(exceptOn: "bus") == 0)
            #expect(try await outbox.reopenOutbox(exceptOn: "other") == 3)
            let again = try await claim(outbox, at: place(900, on: "other"))
            #expect(again.records.map(\.event) == events)
            // Any of its places may have them.
            #expect(again.records.allSatisfy { $0.offeredAt == place(0, on: "other") })
            #expect(try await mark(outbox, again.records, from: 901, on: "other", again))
            #expect(try await outbox.lastPublished() == PublishedEvent(id: events[2].id, position: place(903, on: "other")))
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func whereTheBusStoodIsKnownAfterwards(engine: StoreUnderTest) async throws {
        try await engine.withPlace { site in
            try await site.with { store in
                let outbox = try #require(store.outbox)
                _ = try await fill(store, 2)
                #expect(try await claim(outbox, at: place(40)).records.map(\.offeredAt) == [nil, nil])
                _ = try await fill(store, 1)
                let again = try await claim(outbox, at: place(50))
                #expect(again.records.map(\.offeredAt) == [place(40), place(40), nil])
                try await outbox.releaseOutbox(fence: again.fence)
            }
            // As for another process, after a crash.
            try await site.with { store in
                let outbox = try #require(store.outbox)
                let taken = try await claim(outbox, owner: "b", at: place(60))
                #expect(taken.records.allSatisfy { $0.offeredAt == place(40) })
                #expect(try await mark(outbox, taken.records, from: 41, taken))
                // Nothing that was offered is pending: a new record begins with a new place.
                _ = try await fill(store, 1)
                #expect(try await claim(outbox, owner: "b", at: place(70)).records.map(\.offeredAt) == [nil])
                #expect(try await claim(outbox, owner: "b", at: place(80)).records.map(\.offeredAt) == [place(70)])
            }
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func nobodyElseGetsWhatIsClaimed(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 2)
            let first = try await claim(outbox)
            #expect(try await claim(outbox, owner: "b") == .none)
            #expect(try await claim(outbox).fence == first.fence)
            try await outbox.releaseOutbox(fence: first.fence)
            let second = try await claim(outbox, owner: "b")
            #expect(second.records.map(\.event) == events)
            #expect(second.fence > first.fence)
            // It is not the first one's to give up any more.
            try await outbox.releaseOutbox(fence: first.fence)
            #expect(try await claim(outbox) == .none)
        }
    }

    /// Two relays that got the same batch, because the first one stood still: its marks must not count.
    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func marksUnderAnOlderFenceChangeNothing(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 2)
            let old = try await claim(outbox, owner: "stalled", lease: .milliseconds(100))
            let new = try await eventually("the lease ends") {
                let claim = try await claim(outbox, owner: "b")
                return claim.records.isEmpty ? nil : claim
            }
            #expect(new.fence > old.fence)
            #expect(try await !mark(outbox, old.records, from: 1, old))
            #expect(try await !outbox.setAside(position: old.records[0].position, reason: "too large", fence: old.fence))
            let status = try await outbox.outboxStatus()
            #expect(status.pending == 2)
            #expect(status.setAside == 0)
            #expect(try await outbox.lastPublished() == nil)
            #expect(try await mark(outbox, new.records, from: 1, new))
            #expect(try await !mark(outbox, old.records, from: 7, old))
            #expect(try await outbox.lastPublished() == PublishedEvent(id: events[1].id, position: place(2)))
            let later = try await fill(store, 1)
            #expect(try await claim(outbox, owner: "b").records.map(\.event) == later)
        }
    }

    /// A record that takes the place of another would be lost with the other's mark.
    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func noPositionIsUsedTwice(engine: StoreUnderTest) async throws {
        var retention = StoreRetention()
        retention.publishedRecord = .seconds(-3600)
        try await engine.withPlace { site in
            var seen: [Int64] = []
            for _ in 0..<3 {
                try await site.with(retention: retention) { store in
                    let outbox = try #require(store.outbox)
                    let events = try await fill(store, 2)
                    let all = try await claim(outbox)
                    #expect(all.records.map(\.event) == events)
                    seen += all.records.map(\.position)
                    #expect(try await outbox.setAside(position: all.records[1].position, reason: "too large", fence: all.fence))
                    #expect(try await mark(outbox, all.records, from: 1, all))
                    try await outbox.dropPublished()
                    #expect(try await outbox.lastPublished() == nil)
                    try await outbox.releaseOutbox(fence: all.fence)
                }
            }
            #expect(Set(seen).count == 6)
            #expect(seen == seen.sorted())
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func aRecordSetAsideIsCountedAndHoldsNobodyUp(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 3)
            let all = try await claim(outbox)
            #expect(try await outbox.setAside(position: all.records[1].position, reason: "larger than the bus takes", fence: all.fence))
            #expect(try await outbox.setAside(position: all.records[1].position, reason: "again", fence: all.fence))
            let status = try await outbox.outboxStatus()
            #expect(status.pending == 2)
            #expect(status.setAside == 1)
            #expect(try await claim(outbox).records.map(\.event) == [events[0], events[2]])
        }
    }

    /// While the bus is away, nobody knows what it has lost: only the relay drops, once it has seen the bus again.
    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func onlyTheRelayDropsWhatWasPublished(engine: StoreUnderTest) async throws {
        var retention = StoreRetention()
        retention.publishedRecord = .seconds(-3600)
        try await engine.withPlace { site in
            try await site.with(retention: retention) { store in
                let outbox = try #require(store.outbox)
                let events = try await fill(store, 2)
                let all = try await claim(outbox)
                #expect(try await mark(outbox, all.records, from: 1, all))
                try await store.maintain()
                #expect(try await outbox.lastPublished()?.id == events[1].id)
                #expect(try await outbox.reopenOutbox(from: place(1)) == 2)
                try await outbox.dropPublished()
                #expect(try await claim(outbox).records.map(\.event) == events)
            }
        }
    }

    /// Whoever holds the outbox may have seen on the bus what was lost since, and must not mark it.
    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func reopeningTakesTheLeaseAway(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            _ = try await fill(store, 2)
            let all = try await claim(outbox)
            #expect(try await mark(outbox, all.records, from: 1, all))
            _ = try await fill(store, 1)
            let held = try await claim(outbox)
            #expect(try await outbox.reopenOutbox(from: place(1)) == 2)
            #expect(try await !mark(outbox, held.records, from: 3, held))
            #expect(try await claim(outbox, owner: "another").records.count == 3)
        }
    }

    /// What is reopened while others drop is either gone or whole: a record that is pending has its event.
    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func whatIsReopenedWhileOthersDropIsWhole(engine: StoreUnderTest) async throws {
        var retention = StoreRetention()
        retention.publishedRecord = .seconds(-3600)
        try await engine.withPlace { site in
            try await site.with(retention: retention) { store in
                let outbox = try #require(store.outbox)
                for round in 0..<10 {
                    _ = try await fill(store, 200)
                    let all = try await claim(outbox, limit: 1000)
                    for (index, record) in all.records.enumerated() {
                        #expect(try await mark(outbox, [record], from: Int64(round * 1000 + index + 1), all))
                    }
                    async let dropped: Void = outbox.dropPublished()
                    async let reopened = outbox.reopenOutbox(from: place(1))
                    _ = try await (dropped, reopened)
                    let again = try await claim(outbox, limit: 1000)
                    #expect(try await outbox.outboxStatus().pending == again.records.count)
                    if !again.records.isEmpty {
                        #expect(try await mark(outbox, again.records, from: Int64(round * 1000 + 500), again))
                    }
                    try await outbox.dropPublished()
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func maintenanceTakesNothingThatIsPending(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let events = try await fill(store, 3)
            let first = try await claim(outbox, limit: 1)
            #expect(try await mark(outbox, first.records, from: 1, first))
            try await store.maintain()
            #expect(try await claim(outbox).records.map(\.event) == Array(events.suffix(2)))
            // What was published just now is kept, whenever it was written.
            #expect(try await outbox.lastPublished()?.id == events[0].id)
        }
    }

    @Test(arguments: StoreUnderTest.casesWithOutbox)
    func aCommitRaisesTheChange(engine: StoreUnderTest) async throws {
        try await engine.withOutbox { store, outbox in
            let mark = outbox.outboxChanges.mark
            _ = try await fill(store, 1)
            try await eventually("the change") { outbox.outboxChanges.mark > mark }
        }
    }
}
