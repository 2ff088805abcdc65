import Foundation
import GRDB
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

/// Stores of a release without accounts are taken over, and everybody in them is a user who may log in.
@Suite struct AccessUpgradeTests {
    private let group = ConsumerConfiguration(name: "notificator", filter: SubjectFilter(.userCreated))

    /// What each user is after the upgrade, and that access works from then on.
    private func goOn(_ store: any Store, email: String, hash: String) async throws {
        let account = try #require(try await store.account(email: email))
        #expect(account.passwordHash == hash)
        #expect((account.role, account.isDisabled, account.revision) == (.user, false, 1))
        #expect(try await store.count("FROM users WHERE created_by <> ''") == 0)
        #expect(try await store.signingKeys() == StoredSigningKeys(revision: 0, keys: []))
        let session = try await store.insertedSession(of: account.user.id)
        guard case .advanced = try await store.refresh(Samples.refresh(session.id, 1)) else {
            Issue.record("not advanced")
            return
        }
        var changed = account
        changed.role = .admin
        let event = Samples.outgoing("user.updated")
        let update = AccountUpdate(account: changed, events: [event], audit: Samples.auditEntry(), ends: .all(except: nil))
        #expect(try await store.update(update)?.revision == 2)
        #expect(try await store.account(id: account.user.id)?.role == .admin)
        #expect(try await store.allAuditEntries().count == 1)
        #expect(try await store.session(id: session.id) == nil)
        #expect(try await store.insert([Samples.newUser("new@example.com")])[0].isSuccess)
    }

    @Test func aDataDirectoryWithoutAccountsGoesOn() async throws {
        let home = try TemporaryDirectory()
        try EarlierHome.makeOneFile(at: home.path)
        func rows(_ sql: String) throws -> [Row] { try DatabaseQueue(path: home("shippy.db")).read { try Row.fetchAll($0, sql: sql) } }
        let tables = [
            "SELECT id, name, company, email, password_hash, created_at, request_id FROM users ORDER BY id", "SELECT * FROM idempotency",
            "SELECT id, event_id, recipient, template, name, company, content, state, attempts, last_reply, fence FROM mails", "SELECT * FROM events",
            "SELECT * FROM consumers", "SELECT * FROM stream", "SELECT * FROM mail_totals",
        ]
        let before = try tables.map { try rows($0) }
        #expect(before[0].count == 2)
        let hash: String = try #require(before[0][1][4])
        // Once, however often it is opened.
        for _ in 0..<2 { try EmbeddedDatabase(main: home("shippy.db"), takingOver: home("events.db")).close() }
        for (table, rowsBefore) in zip(tables, before) { #expect(try rows(table) == rowsBefore, "\(table)") }
        let database = try EmbeddedDatabase(main: home("shippy.db"), takingOver: home("events.db"))
        let store = try SQLiteStore(database, events: .log(groups: [group]))
        try await goOn(store, email: "BOB@example.com", hash: hash)
        #expect(try await store.causedEvents().count == 5, "three of before, and two more")
        await store.close()
    }

    @Test func anEarlierReleaseRefusesAFileWithAccounts() async throws {
        let home = try TemporaryDirectory()
        try EarlierHome.makeOneFile(at: home.path)
        var earlier = DatabaseMigrator()
        let known = try await DatabaseQueue(path: home("shippy.db")).read { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations") }
        for name in known { earlier.registerMigration(name) { _ in } }
        func isRefused() throws -> Bool { try DatabaseQueue(path: home("shippy.db")).read { try earlier.hasBeenSuperseded($0) } }
        #expect(try !isRefused())
        try EmbeddedDatabase(main: home("shippy.db")).close()
        #expect(try isRefused())
    }

    @Test func aPostgresStoreWithoutAccountsGoesOn() async throws {
        let place = StoreUnderTest.Place.server(try await PostgresServer.shared.database())
        try await place.execute(EarlierSchema.postgresWithoutAccounts)
        try await place.with { store in
            try await goOn(store, email: "old@example.com", hash: "$2b$10$old")
            #expect(try await store.count("FROM outbox_pending") == 4, "two of before, and two more")
        }
    }
}
