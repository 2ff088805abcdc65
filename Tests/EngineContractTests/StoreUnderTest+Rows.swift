import GRDB
import PostgresEngine
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines
@testable import PostgresEngine

/// What no method of a store tells.
extension Store {
    func count(_ sql: String) async throws -> Int {
        if let store = self as? SQLiteStore { return try await store.database.read { try Int.fetchOne($0, sql: "SELECT count(*) \(sql)")! } }
        let store = try #require(self as? PostgresStore)
        return try await store.pool.run { Int(try $0.execute("SELECT count(*) \(sql)").first { $0.integer(0) } ?? -1) }
    }

    func text(_ sql: String) async throws -> String? {
        if let store = self as? SQLiteStore { return try await store.database.read { try String.fetchOne($0, sql: sql) } }
        let store = try #require(self as? PostgresStore)
        return try await store.pool.run { try $0.execute(sql).first { $0.text(0) } }
    }

    func execute(_ sql: String) async throws {
        if let store = self as? SQLiteStore { return try await store.database.write { try $0.execute(sql: sql) } }
        let store = try #require(self as? PostgresStore)
        _ = try await store.pool.run { try $0.execute(sql).count }
    }

    /// Refreshes that are certain to share a transaction, in this order.
    func refreshTogether(_ refreshes: [SessionRefresh]) async throws -> [SessionRefresh.Outcome] {
        if let store = self as? SQLiteStore {
            return try await store.database.write { [clock = store.database.clock] in try SQLiteStore.refresh(refreshes, clock, $0) }
        }
        let store = try #require(self as? PostgresStore)
        return try await store.pool.run { try PostgresStore.refresh(refreshes, $0) }
    }

    /// A user who is there.
    func insertedUser(_ email: String = "ada@example.com") async throws -> User {
        try await insert([Samples.newUser(email)])[0].get().user
    }

    /// A session that is there, of a new user if none is given.
    func insertedSession(of userID: String? = nil, lasting lifetime: Duration = .seconds(3600)) async throws -> Session {
        let owner: String = if let userID { userID } else { try await insertedUser("\(UUIDv7.next())@example.com").id }
        let session = Samples.session(of: owner, lasting: lifetime)
        #expect(try await insertSession(session, event: nil, audit: nil))
        return session
    }

    func allRevocations() async throws -> [Revocation.Subject] {
        try await #require(revocations(ifChangedSince: nil)).all.map(\.subject)
    }

    func allAuditEntries(_ filter: AuditFilter = AuditFilter()) async throws -> [AuditEntry] {
        try await auditEntries(filter, after: nil, limit: 1000)
    }

    /// How the store would read a page of the audit log.
    func auditPlan(_ filter: AuditFilter, _ page: AuditPage) async throws -> String {
        if let store = self as? SQLiteStore {
            let (sql, arguments) = SQLiteStore.auditQuery(filter, page, limit: 100)
            return try await store.database.read { db in
                try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN \(sql)", arguments: arguments).map { $0["detail"] as String }.joined(separator: "; ")
            }
        }
        let store = try #require(self as? PostgresStore)
        let query = PostgresStore.auditQuery(filter, page, limit: 100)
        return try await store.pool.run { connection in
            try connection.execute("ANALYZE audit")
            return try connection.execute([PostgresStatement("EXPLAIN \(query.sql)", query.parameters)])[0].map { $0.text(0) }.joined(separator: "; ")
        }
    }
}
