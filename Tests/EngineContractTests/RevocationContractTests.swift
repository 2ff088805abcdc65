import ShippyCore
import TestSupport
import Testing

@testable import PostgresEngine

@Suite struct RevocationContractTests {
    @Test(arguments: StoreUnderTest.allCases)
    func whatWasRevokedIsTold(engine: StoreUnderTest) async throws {
        try await engine.with { store in
            let first = try #require(try await store.revocations(ifChangedSince: nil))
            #expect(first.all.isEmpty)
            #expect(try await store.revocations(ifChangedSince: first.mark) == nil)
            let session = try await store.insertedSession()
            _ = try await store.endSessions([session.id], audit: nil)
            let second = try #require(try await store.revocations(ifChangedSince: first.mark))
            #expect(second.all.map(\.subject) == [.session(session.id)])
            #expect(abs((second.all[0].at - .now).seconds) < 60)
            #expect(try await store.revocations(ifChangedSince: second.mark) == nil)
            _ = try await store.endSessions(ofUser: session.userID, audit: nil)
            let third = try #require(try await store.revocations(ifChangedSince: second.mark))
            #expect(third.all.map(\.subject) == [.session(session.id), .user(session.userID, exceptSession: nil)])
            // As after a restart.
            #expect(try await store.revocations(ifChangedSince: nil)?.mark == third.mark)
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func anotherProcessIsToldToo(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            try await place.with { store in
                try await place.with { other in
                    let mark = try #require(try await other.revocations(ifChangedSince: nil)).mark
                    _ = try await store.endSessions(ofUser: "u", audit: nil)
                    #expect(try await other.revocations(ifChangedSince: mark)?.all.count == 1)
                }
            }
        }
    }

    @Test(arguments: StoreUnderTest.allCases)
    func oldOnesAreSwept(engine: StoreUnderTest) async throws {
        try await engine.withPlace { place in
            let clock = ManualClock()
            try await place.with(clock: clock.steady) { store in
                for user in ["a", "b", "c"] { _ = try await store.endSessions(ofUser: user, audit: nil) }
                try await place.execute("UPDATE revocations SET at = at - 1860000 WHERE subject = 'a'")
                try await place.execute("UPDATE revocations SET at = at - 1740000 WHERE subject = 'b'")
                let before = try #require(try await store.revocations(ifChangedSince: nil))
                try await store.maintain()
                clock.advance(by: .seconds(1801))
                try await store.maintain()
                let after = try #require(try await store.revocations(ifChangedSince: before.mark))
                #expect(after.all.map(\.subject) == ["b", "c"].map { .user($0, exceptSession: nil) })
                // Where all are gone, the next is noticed.
                try await place.execute("UPDATE revocations SET at = 0")
                try await store.maintain()
                let none = try #require(try await store.revocations(ifChangedSince: after.mark))
                #expect(none.all.isEmpty)
                _ = try await store.endSessions(ofUser: "d", audit: nil)
                let one = try #require(try await store.revocations(ifChangedSince: none.mark))
                #expect(one.all.count == 1)
                for old in [before, after] { #expect(old.mark != one.mark) }
            }
        }
    }

    /// The server's clock and this machine's jump ahead, as on a machine that has both: what was just revoked stays revoked.
    @Test func aClockThatJumpsSweepsNoRevocationThatIsNew() async throws {
        let place = StoreUnderTest.Place.server(try await PostgresServer.shared.database())
        let clock = ManualClock()
        try await place.with(clock: clock.steady) { store in
            _ = try await store.endSessions(ofUser: "a", audit: nil)
            // For a clock that is an hour ahead.
            try await place.execute("UPDATE revocations SET at = at - 3600000")
            for _ in 0..<3 {
                try await store.maintain()
                clock.advance(by: .seconds(599))
            }
            #expect(try await store.allRevocations() == [.user("a", exceptSession: nil)])
            clock.advance(by: .seconds(10))
            try await store.maintain()
            #expect(try await store.allRevocations().isEmpty)
        }
    }

    /// It has drawn its number before others, and is seen after them: also where as many are swept at the same time.
    @Test(arguments: [false, true])
    func aLateCommitIsNoticed(sweeps: Bool) async throws {
        let place = StoreUnderTest.Place.server(try await PostgresServer.shared.database())
        try await place.with { store in
            let store = try #require(store as? PostgresStore)
            _ = try await store.endSessions(ofUser: "old", audit: nil)
            let late = try store.pool.dedicatedConnection()
            defer { late.close() }
            try late.execute("BEGIN")
            try late.execute([PostgresStore.revoking([.user("late", exceptSession: nil)])])
            _ = try await store.endSessions(ofUser: "fast", audit: nil)
            let before = try #require(try await store.revocations(ifChangedSince: nil))
            #expect(before.all.map(\.subject) == ["old", "fast"].map { .user($0, exceptSession: nil) })
            try late.execute("COMMIT")
            // As another process sweeps.
            if sweeps { try await place.execute("DELETE FROM revocations WHERE subject = 'old'") }
            let after = try #require(try await store.revocations(ifChangedSince: before.mark))
            #expect(after.all.map(\.subject.id) == (sweeps ? [] : ["old"]) + ["late", "fast"])
        }
    }
}
