import Foundation
import GRDB
import ShippyCore
import TestSupport
import Testing

@testable import EmbeddedEngines

@Suite struct EmbeddedDurabilityTests {
    /// Asked of the connection that commits: turning the write-ahead log on had set it back.
    @Test(arguments: [(EmbeddedDatabase.Durability.full, 2), (.process, 1)])
    func commitsAreSyncedAsAsked(durability: EmbeddedDatabase.Durability, synchronous: Int) async throws {
        let directory = try TemporaryDirectory()
        for _ in 0..<2 {
            let database = try EmbeddedDatabase(path: directory("a.db"), durability: durability, migrator: DatabaseMigrator())
            #expect(try await database.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == synchronous)
            #expect(try await database.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
            database.close()
        }
    }

    /// What is written in large pieces is there when the commit returns, for another connection that reads and recovers it.
    @Test(arguments: [1, 100, 10_000])
    func whatIsGatheredForTheLogIsInIt(rows: Int) async throws {
        let directory = try TemporaryDirectory()
        var migrator = DatabaseMigrator()
        migrator.register("1", sql: "CREATE TABLE t(id INTEGER PRIMARY KEY, bytes BLOB)")
        let database = try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: migrator)
        defer { database.close() }
        #expect(database.gathersLog)
        let other = try DatabaseQueue(path: directory("a.db"))
        for round in 1...3 {
            try await database.write { db in
                // A small cache has pages written to the log before the commit, and read from it again.
                try db.execute(sql: "PRAGMA cache_size = 10")
                for _ in 0..<rows { try db.execute(sql: "INSERT INTO t(bytes) VALUES (randomblob(100))") }
                try db.execute(sql: "UPDATE t SET bytes = randomblob(90) WHERE id % 7 = 0")
            }
            #expect(try await other.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == round * rows)
            // As a process would find them that was started after a crash.
            let copy = try TemporaryDirectory()
            for name in ["a.db", "a.db-wal"] { try FileManager.default.copyItem(atPath: directory(name), toPath: copy(name)) }
            let recovered = try DatabaseQueue(path: copy("a.db"))
            #expect(try await recovered.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == round * rows)
            #expect(try await recovered.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
        }
    }

    /// A commit that is not synced must be in the file as soon as others are told of it.
    @Test func nothingIsGatheredForALogThatIsNotSynced() throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(path: directory("a.db"), durability: .process, migrator: DatabaseMigrator())
        defer { database.close() }
        #expect(!database.gathersLog)
    }

    /// What is written to a file that nobody finds any more is lost with the process.
    @Test func aFileThatWasMovedAwayTakesNoMoreWrites() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory("store.db"))
        _ = try await store.insert(Samples.newUser("ada@example.com"))
        func move(_ from: String, _ to: String) throws {
            for suffix in ["", "-wal", "-shm"] {
                try FileManager.default.moveItem(atPath: directory(from) + suffix, toPath: directory(to) + suffix)
            }
        }
        func isRefused(_ body: () async throws -> Void) async throws -> Bool {
            do {
                try await body()
                return false
            } catch let error as ShippyError {
                #expect(error.code == .unavailable)
                return error.message.contains("moved or deleted") && error.message.contains("restart")
            }
        }
        try move("store.db", "away.db")
        #expect(try await isRefused { _ = try await store.insert(Samples.newUser("bob@example.com")) })
        #expect(try await isRefused { _ = try await store.probe() })
        // Another one in its place does not help.
        try SQLiteStore(path: directory("store.db")).database.close()
        #expect(try await isRefused { _ = try await store.insert(Samples.newUser("bob@example.com")) })
        #expect(try await isRefused { _ = try await store.probe() })
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: directory("store.db") + suffix) }
        try move("away.db", "store.db")
        _ = try await store.insert(Samples.newUser("bob@example.com"))
        #expect(try await store.userCount() == 2)
        await store.close()
    }

    /// The newest commits are in the log, not in the file beside it.
    @Test(arguments: ["", "-wal"])
    func eachFileOfADatabaseMustBeInItsPlace(suffix: String) async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory("store.db"))
        _ = try await store.insert(Samples.newUser("ada@example.com"))
        let (place, elsewhere) = (directory("store.db") + suffix, directory("elsewhere"))
        try FileManager.default.moveItem(atPath: place, toPath: elsewhere)
        let error = await #expect(throws: ShippyError.self) { _ = try await store.insert(Samples.newUser("bob@example.com")) }
        #expect(error?.code == .unavailable)
        try FileManager.default.moveItem(atPath: elsewhere, toPath: place)
        _ = try await store.insert(Samples.newUser("bob@example.com"))
        #expect(try await store.userCount() == 2)
        await store.close()
    }

    /// A commit that was under way when it was moved is not acknowledged either.
    @Test func aFileThatIsMovedDuringACommitAcknowledgesNothing() async throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: DatabaseMigrator())
        let (from, to) = (directory("a.db"), directory("b.db"))
        await #expect(throws: ShippyError.self) {
            try await database.write { db in
                try db.execute(sql: "CREATE TABLE t(x)")
                try FileManager.default.moveItem(atPath: from, toPath: to)
            }
        }
        database.close()
    }

    /// A password's hash does not stay behind in a free part of the file.
    @Test func whatIsDeletedIsOverwritten() async throws {
        let directory = try TemporaryDirectory()
        let database = try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: DatabaseMigrator())
        #expect(try await database.write { try Int.fetchOne($0, sql: "PRAGMA secure_delete") } == 1)
        database.close()
    }

    @Test func aDatabaseOfANewerReleaseIsLeftAlone() throws {
        let directory = try TemporaryDirectory()
        var (older, newer) = (DatabaseMigrator(), DatabaseMigrator())
        for name in ["1", "2"] { newer.register(name, sql: "CREATE TABLE t\(name)(id INTEGER PRIMARY KEY)") }
        older.register("1", sql: "CREATE TABLE t1(id INTEGER PRIMARY KEY)")
        try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: newer).close()
        let error = #expect(throws: ShippyError.self) {
            try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: older)
        }
        #expect(error?.message.contains("newer") == true)
    }

    /// What a backup by hand takes after an orderly end: the file, and perhaps not the log beside it.
    @Test func theFileAloneIsWholeAfterAnOrderlyEnd() async throws {
        let directory = try TemporaryDirectory()
        var migrator = DatabaseMigrator()
        migrator.register("1", sql: "CREATE TABLE t(id INTEGER PRIMARY KEY)")
        let database = try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: migrator)
        try await database.write { try $0.execute(sql: "INSERT INTO t VALUES (1), (2)") }
        database.close()
        try FileManager.default.copyItem(atPath: directory("a.db"), toPath: directory("copy.db"))
        #expect(try await DatabaseQueue(path: directory("copy.db")).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 2)
    }

    /// A copied directory holds another database, and a moved one the same.
    @Test func aCopyHasAnotherIdentity() async throws {
        let directory = try TemporaryDirectory()
        func identity(in name: String) async throws -> String {
            let database = try EmbeddedDatabase(path: directory("\(name)/a.db"), durability: .full, migrator: DatabaseMigrator())
            defer { database.close() }
            return try await database.identity()
        }
        let original = try await identity(in: "original")
        try FileManager.default.copyItem(atPath: directory("original"), toPath: directory("copy"))
        #expect(try await identity(in: "copy") != original)
        try FileManager.default.moveItem(atPath: directory("original"), toPath: directory("moved"))
        #expect(try await identity(in: "moved") == original)
    }
}
