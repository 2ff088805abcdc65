import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import PostgresEngine

/// What somebody else may do to the database while the program runs: refused as temporary, and over when it is over.
@Suite struct PostgresFaultTests {
    private func isUnavailable(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return false
        } catch let error as ShippyError {
            #expect(error.code == .unavailable, "\(error)")
            #expect(error.retryAfter != nil)
            return error.code == .unavailable
        }
    }

    /// libpq's words are left out, the server's are kept.
    @Test(arguments: [
        (#"connection to server at "10.0.0.5", port 5432 failed: Connection refused"#, "connection refused"),
        (#"could not translate host name "x.invalid" to address: Name or service not known"#, "there is no such host"),
        (#"connection to server at "h" (10.0.0.5), port 1 failed: timeout expired"#, "no answer in time"),
        (
            #"connection to server at "h" (10.0.0.5), port 1 failed: received invalid response to SSL negotiation: I"#,
            "another program than PostgreSQL answers there"
        ),
        (#"connection to server at "10.0.0.5", port 1 failed: FATAL:  database "nodb" does not exist"#, #"database "nodb" does not exist"#),
        (
            #"connection to server at "10.0.0.5", port 1 failed: FATAL:  password authentication failed for user "ada""#,
            #"password authentication failed for user "ada""#
        ),
        ("something new", "something new"),
    ])
    func whyThereIsNoConnectionIsSaidInOurWords(message: String, reason: String) {
        let error = PostgresError(state: nil, message: message).shippyError(server: "10.0.0.5:5432/db")
        #expect(error.code == .unavailable)
        #expect(error.message == "cannot reach PostgreSQL at 10.0.0.5:5432/db: \(reason)")
    }

    /// A server that hangs gets one attempt at a time, and keeps one thread busy. The other calls fail at once.
    @Test func oneCallAtATimeFindsOutWhetherTheServerIsBack() async throws {
        let server = try SilentListener()
        let pool = try PostgresPool(url: "postgres://127.0.0.1:\(server.port)/x?connect_timeout=2&sslmode=disable", connections: 8) { _ in }
        @Sendable func fails() async -> Bool {
            do {
                try await pool.run { _ in }
                return false
            } catch {
                return ShippyError.wrapping(error).code == .unavailable
            }
        }
        #expect(await fails())
        #expect(server.endConnections() == 1)
        var attempts = 0
        try await eventually("the next attempt") {
            let failures = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { await fails() } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(failures == 8)
            attempts = server.endConnections()
            return attempts > 0
        }
        #expect(attempts == 1)
        await pool.close()
    }

    @Test func tablesThatWereDroppedAreMadeAgain() async throws {
        let url = try await PostgresServer.shared.database()
        try await StoreUnderTest.Place.server(url).with { store in
            _ = try await store.insert([Samples.newUser("ada@example.com")])
            let identity = try await store.identity()
            try await PostgresServer.execute("DROP SCHEMA shippy CASCADE", at: url)
            #expect(try await isUnavailable { _ = try await store.probe() })
            try await eventually("the tables are there again") {
                try await !isUnavailable { _ = try await store.insert([Samples.newUser("bob@example.com")]) }
            }
            #expect(try await store.userCount() == 1)
            #expect(try await store.identity() != identity)
            _ = try await store.probe()
        }
    }

    /// Into another database of the same server, and into the same one of another server.
    @Test func aDumpThatWasRestoredIsAnotherStore() async throws {
        let other = try await PostgresServer.start()
        let first = try await other.database()
        let second = try await other.database()
        // The databases of two new servers have the same numbers.
        let third = try await PostgresServer.start()
        let far = try await third.database()
        var identities: [String] = []
        try await StoreUnderTest.Place.server(first).with { store in
            _ = try await store.insert([Samples.newUser("ada@example.com")])
            identities.append(try await store.identity())
        }
        for copy in [second, far] {
            try await PostgresServer.copy(first, to: copy)
            try await StoreUnderTest.Place.server(copy).with { store in
                #expect(try await store.userCount() == 1)
                identities.append(try await store.identity())
            }
        }
        #expect(Set(identities).count == 3, "\(identities)")
        try await other.crash()
        try await third.crash()
    }

    @Test func aStoreHasANameWithoutTheRightToAskForItsServer() async throws {
        let server = try await PostgresServer.start()
        let url = try await server.database(user: "restricted", password: "secret")
        let asAdministrator = url.replacing("restricted:secret@", with: "postgres@")
        try await PostgresServer.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC", at: asAdministrator)
        try await StoreUnderTest.Place.server(url).with { store in
            let identity = try await store.identity()
            #expect(!identity.isEmpty)
            #expect(try await store.identity() == identity)
            _ = try await store.probe()
        }
        try await server.crash()
    }

    /// The first host takes connections and says nothing.
    @Test func aHostThatIsSilentIsPassedOver() async throws {
        let silent = try SilentListener()
        let url = try await PostgresServer.shared.database()
        let address = try #require(url.firstMatch(of: #/127\.0\.0\.1:[0-9]+/#)).output
        let store = try PostgresStore(
            url: url.replacing(address, with: "127.0.0.1:\(silent.port),\(address)") + "?connect_timeout=2", connections: 4)
        #expect(try await store.userCount() == 0)
        await store.close()
    }

    @Test func aMissingRightIsTemporary() async throws {
        let url = try await PostgresServer.shared.database(user: "restricted", password: "secret")
        let asAdministrator = url.replacing("restricted:secret@", with: "postgres@")
        try await StoreUnderTest.Place.server(url).with { store in
            _ = try await store.probe()
            try await PostgresServer.execute("REVOKE ALL ON shippy.mails FROM restricted", at: asAdministrator)
            #expect(try await isUnavailable { _ = try await store.mailCounts() })
            #expect(try await isUnavailable { _ = try await store.probe() })
            try await PostgresServer.execute("GRANT ALL ON shippy.mails TO restricted", at: asAdministrator)
            _ = try await store.probe()
        }
    }

    @Test func aLockedTableHoldsNobodyUpForLong() async throws {
        let url = try await PostgresServer.shared.database()
        try await StoreUnderTest.Place.server(url).with { store in
            _ = try await store.enqueue([Samples.mail()])
            try await withThrowingTaskGroup(of: Void.self) { group in
                let isUnlocked = Mutex(false)
                group.addTask {
                    try await PostgresServer.execute("BEGIN; LOCK TABLE shippy.mails; SELECT pg_sleep(30)", at: url)
                    isUnlocked.withLock { $0 = true }
                }
                try await eventually("the lock is met") {
                    try await isUnavailable {
                        _ = try await store.claimMails(limit: 1, owner: "a", lease: .milliseconds(1), domainLimits: [:], defaultDomainLimit: 1)
                    }
                }
                #expect(!isUnlocked.withLock { $0 }, "whoever met it was let go before it ended")
                try await group.waitForAll()
            }
            _ = try await store.mailCounts()
        }
    }

    /// The queue of calls has room for a thousand: those that are cancelled make room.
    @Test func cancelledCallsLeaveTheQueue() async throws {
        let url = try await PostgresServer.shared.database()
        let store = try PostgresStore(url: url, connections: 1)
        _ = try await store.userCount()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await PostgresServer.execute("BEGIN; LOCK TABLE shippy.mails; SELECT pg_sleep(4)", at: url) }
            // The only connection waits for the lock.
            group.addTask { while try await store.mailCounts()[.dead] != nil {} }
            for _ in 0..<3 {
                let calls = (0..<900).map { _ in Task { _ = try await store.userCount() } }
                calls.forEach { $0.cancel() }
                for call in calls { _ = await call.result }
            }
            try await group.waitForAll()
        }
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<900 { group.addTask { (try? await store.userCount()) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(outcomes == 900)
        await store.close()
    }

    /// A probe has less to write than a user.
    @Test func aTrialMeetsWhatACreationMeets() async throws {
        let url = try await PostgresServer.shared.database()
        try await StoreUnderTest.Place.server(url).with { store in
            #expect(try await store.tryWriting())
            try await PostgresServer.execute("ALTER TABLE shippy.idempotency ADD CHECK (used_at > 0)", at: url)
            await #expect(throws: ShippyError.self) { try await store.tryWriting() }
            _ = try await store.probe()
        }
    }
}
