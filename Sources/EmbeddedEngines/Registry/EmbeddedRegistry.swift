import Foundation
import GRDB
package import ShippyCore
import Synchronization

/// A registry in a SQLite file that the processes of one machine share.
///
/// Leases are timed by the time since boot, which all processes share and nobody can set. So a corrected wall clock ends no
/// lease, and time in suspension counts. Leases of an earlier boot have ended. The file stores its identity: entries in a copy
/// are void, because nobody registered there.
package final class EmbeddedRegistry: ServiceRegistry {
    private let database: EmbeddedDatabase
    private let signal: ChangeSignal
    private let path: String
    private let keptChanges: Int64
    private let isChecked = Mutex(false)
    private static let pageLength = 2000
    private static let pagesInWork = 4

    /// - Parameter keptChanges: the number of changes that a watcher may be behind before it gets a resync.
    /// - Throws: as ``EmbeddedDatabase/init(path:durability:readers:migrator:onNewBoot:)``.
    package init(path: String, keptChanges: Int64 = 50_000) throws {
        database = try EmbeddedDatabase(path: path, durability: .process, migrator: Self.migrator)
        signal = try ChangeSignal(path: path + "-changed")
        self.path = path
        self.keptChanges = keptChanges
    }

    /// Removes all entries if the file is a copy of the one in which they were registered.
    private func checkForCopy() async throws {
        if isChecked.withLock({ $0 }) { return }
        let file = try Self.identity(ofFile: path)
        if try await database.read({ try String.fetchOne($0, sql: "SELECT file FROM meta") }) != file {
            try await database.write { [self] db in
                guard let known = try Row.fetchOne(db, sql: "SELECT file FROM meta"), known[0] as String? != file else { return }
                try remove(Row.fetchAll(db, sql: "SELECT service, id FROM instances"), db)
                try db.execute(sql: "UPDATE meta SET file = ?", arguments: [file])
            }
            signal.raise()
        }
        isChecked.withLock { $0 = true }
    }

    /// A copy has a different identity. A file that is moved within its file system, or reached by another path, keeps its own.
    private static func identity(ofFile path: String) throws -> String {
        guard let file = FileIdentity(path) else {
            throw ShippyError(.unavailable, "cannot use database \(path): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
        }
        return "\(file.device):\(file.inode)"
    }

    package func register(_ instances: [Instance]) async throws -> RegistryLease {
        try await checkForCopy()
        let id = Int64.random(in: 1...Int64.max)
        let revision = try await database.write { [self] db in
            try expire(db)
            for instance in instances { try insert(instance, lease: id, db) }
            return try Self.revision(db)
        }
        signal.raise()
        return RegistryLease(id: id, instances: instances, revision: revision)
    }

    private func insert(_ instance: Instance, lease: Int64, _ db: Database) throws {
        let revision = try record(instance.key, removal: nil, db)
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO instances(
                    service, id, lease, expires_at, boot, revision, address, protocol, version, metadata, ttl, registered_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            instance.service, instance.id, lease, Boot.age + Int64(instance.ttl * 1000), Boot.id, revision,
            instance.address, instance.protocol, instance.version, try JSONEncoder().encode(instance.metadata), instance.ttl,
            instance.registeredAt?.milliseconds,
        ])
    }

    package func keepAlive(_ lease: RegistryLease) async throws -> Bool {
        try await checkForCopy()
        let (isAlive, expired) = try await database.write { [self] db in
            let now = Boot.age
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE instances SET expires_at = ?1 + CAST(ttl * 1000 AS INTEGER)
                    WHERE service = ?2 AND id = ?3 AND lease = ?4 AND boot = ?5 AND expires_at > ?1
                    """)
            var renewed = 0
            for instance in lease.instances {
                try statement.execute(arguments: [now, instance.service, instance.id, lease.id, Boot.id])
                renewed += db.changesCount
            }
            return (renewed == lease.instances.count, try expire(db))
        }
        if expired > 0 { signal.raise() }
        return isAlive
    }

    package func deregister(_ key: Instance.Key) async throws -> Bool {
        try await checkForCopy()
        let wasThere = try await database.write { [self] db in
            try expire(db)
            try db.execute(sql: "DELETE FROM instances WHERE service = ? AND id = ?", arguments: [key.service, key.id])
            guard db.changesCount == 1 else { return false }
            try record(key, removal: .deregistered, db)
            return true
        }
        signal.raise()
        return wasThere
    }

    package func read(service: String?, page: @escaping @Sendable ([Instance]) -> Void) async throws -> Int64 {
        try await checkForCopy()
        let revision = try await database.read { try Self.revision($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var (last, inWork): (Instance.Key?, Int) = (nil, 0)
            repeat {
                let rows = try await rows(service: service, after: last)
                last = rows.count == Self.pageLength ? rows.last?.stored.key : nil
                // Parsing the JSON takes longer than reading it, so it runs on several cores.
                if inWork >= Self.pagesInWork { try await group.next() } else { inWork += 1 }
                group.addTask {
                    var reader = MetadataReader()
                    page(try rows.map { try $0.instance(&reader) })
                }
            } while last != nil
            try await group.waitForAll()
        }
        return revision
    }

    private func rows(service: String?, after last: Instance.Key?) async throws -> [StoredInstance] {
        try await database.read { db in
            let now = Boot.age
            return try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(StoredInstance.columns) FROM instances i
                        WHERE expires_at > ?1 AND boot = ?2 AND (?3 IS NULL OR service = ?3) AND (service, id) > (?4, ?5)
                        ORDER BY service, id LIMIT ?6
                        """),
                arguments: [now, Boot.id, service, last?.service ?? service ?? "", last?.id ?? "", Self.pageLength]
            ).map { StoredInstance($0, now: now) }
        }
    }

    package func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double] {
        try await checkForCopy()
        return try await database.read { db in
            let now = Boot.age
            let statement = try db.cachedStatement(
                sql: "SELECT expires_at FROM instances WHERE service = ?1 AND id = ?2 AND boot = ?3 AND expires_at > ?4")
            var left: [Instance.Key: Double] = [:]
            for instance in instances {
                let expiry = try Int64.fetchOne(statement, arguments: [instance.service, instance.id, Boot.id, now])
                if let expiry { left[instance.key] = Double(expiry - now) / 1000 }
            }
            return left
        }
    }

    private static func revision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT revision FROM meta")!
    }

    package func watch(service: String?, after revision: Int64) -> AsyncThrowingStream<RegistryUpdate, any Error> {
        let watch = EmbeddedWatch(self, service: service, after: revision)
        return AsyncThrowingStream { try await watch.next() }
    }

    /// The changes after `position`, and the position after them. If there are none yet, waits for one, up to a second, before
    /// returning none.
    func nextChanges(service: String?, after position: Int64) async throws -> (updates: [RegistryUpdate], position: Int64) {
        try await checkForCopy()
        let mark = signal.notifier.mark
        try await expireDue()
        var position = position
        let updates = try await changes(service: service, after: &position)
        if updates.isEmpty { await signal.notifier.wait(after: mark, upTo: Self.expiryInterval) }
        return (updates, position)
    }

    /// How often a watcher looks for expired leases.
    static let expiryInterval = Duration.seconds(1)

    /// Returns at most 1000 changes. Moves `position` to the last one read.
    private func changes(service: String?, after position: inout Int64) async throws -> [RegistryUpdate] {
        let start = position
        let changes = try await database.read { db -> ([RegistryUpdate], Int64)? in
            let kept = try Int64.fetchOne(db, sql: "SELECT min(revision) FROM changes") ?? (try Self.revision(db) + 1)
            let revision = try Self.revision(db)
            guard start + 1 >= kept, start <= revision else { return nil }
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT \(StoredInstance.columns), c.revision, c.kind, c.service, c.id, c.reason FROM changes c
                        LEFT JOIN instances i ON c.kind = 'put' AND i.service = c.service AND i.id = c.id
                        WHERE c.revision > ? ORDER BY c.revision LIMIT 1000
                        """), arguments: [start])
            let now = Boot.age
            let change = StoredInstance.columnCount
            var reader = MetadataReader()
            let updates = try rows.compactMap { row -> RegistryUpdate? in
                let revision: Int64 = row[change]
                let key = Instance.Key(service: row[change + 2], id: row[change + 3])
                guard service == nil || service == key.service else { return nil }
                if row[change + 1] == "delete" {
                    let reason = RemovalReason(rawValue: row[change + 4]) ?? .deregistered
                    return .change(.delete(key, reason: reason), revision: revision)
                }
                // The instance is gone again, which a later change reports.
                guard !row.hasNull(atIndex: 0) else { return nil }
                return .change(.put(try StoredInstance(row, now: now).instance(&reader)), revision: revision)
            }
            return (updates, rows.last?[change] ?? start)
        }
        guard let (updates, last) = changes else {
            let snapshot = try await snapshot(service: service)
            position = snapshot.revision
            return [.resync(snapshot)]
        }
        position = last
        return updates
    }

    /// Removes expired instances, if there are any.
    private func expireDue() async throws {
        let isDue = try await database.read { db in
            // Looks at the ends of the indexes only, because every watcher asks every second.
            try Bool.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT ifnull((SELECT min(expires_at) FROM instances) <= ?1, 0)
                            OR ifnull((SELECT min(boot) FROM instances) <> ?2, 0) OR ifnull((SELECT max(boot) FROM instances) <> ?2, 0)
                        """), arguments: [Boot.age, Boot.id])!
        }
        guard isDue else { return }
        _ = try await database.write { [self] in try expire($0) }
        signal.raise()
    }

    @discardableResult
    private func expire(_ db: Database) throws -> Int {
        let expired = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT service, id FROM instances WHERE expires_at <= ? OR boot <> ?"),
            arguments: [Boot.age, Boot.id])
        try remove(expired, db)
        return expired.count
    }

    /// - Parameter rows: each with a service and an ID.
    private func remove(_ rows: [Row], _ db: Database) throws {
        for row in rows {
            let key = Instance.Key(service: row[0], id: row[1])
            try db.execute(sql: "DELETE FROM instances WHERE service = ? AND id = ?", arguments: [key.service, key.id])
            try record(key, removal: .expired, db)
        }
    }

    /// - Parameter removal: why the instance was removed; nil if it is there now.
    /// - Returns: the revision of the change.
    @discardableResult
    private func record(_ key: Instance.Key, removal: RemovalReason?, _ db: Database) throws -> Int64 {
        let revision = try Int64.fetchOne(db.cachedStatement(sql: "UPDATE meta SET revision = revision + 1 RETURNING revision"))!
        try db.cachedStatement(sql: "INSERT INTO changes(revision, kind, service, id, reason) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [revision, removal == nil ? "put" : "delete", key.service, key.id, removal?.rawValue ?? "registered"])
        if revision % 1000 == 0 {
            try db.execute(sql: "DELETE FROM changes WHERE revision <= ?", arguments: [revision - keptChanges])
        }
        return revision
    }

    package func probe() async throws -> String { try await database.probe() }

    package func examine() async throws -> EngineExamination { try await database.examine() }

    /// Removes expired instances. Old changes are deleted as new ones are recorded.
    package func maintain() async throws {
        try await expireDue()
    }

    package func close() async {
        signal.close()
        database.close()
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.register(
            "1 instances",
            sql: """
                CREATE TABLE meta(id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL);
                INSERT INTO meta VALUES (1, 0);
                CREATE TABLE instances(
                    service TEXT NOT NULL,
                    id TEXT NOT NULL,
                    lease INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    boot TEXT NOT NULL,
                    data BLOB NOT NULL,
                    PRIMARY KEY (service, id)
                ) WITHOUT ROWID;
                CREATE INDEX instances_expires_at ON instances(expires_at, boot);
                CREATE TABLE changes(
                    revision INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL,
                    service TEXT NOT NULL,
                    id TEXT NOT NULL,
                    reason TEXT NOT NULL
                );
                """)
        // Live instances register again automatically.
        migrator.register(
            "2 columns instead of JSON",
            sql: """
                DROP TABLE instances;
                CREATE TABLE instances(
                    service TEXT NOT NULL,
                    id TEXT NOT NULL,
                    lease INTEGER NOT NULL,
                    expires_at INTEGER NOT NULL,
                    boot TEXT NOT NULL,
                    revision INTEGER NOT NULL,
                    address TEXT NOT NULL,
                    protocol TEXT NOT NULL,
                    version TEXT NOT NULL,
                    metadata TEXT NOT NULL,
                    ttl REAL NOT NULL,
                    registered_at INTEGER,
                    PRIMARY KEY (service, id)
                ) WITHOUT ROWID;
                CREATE INDEX instances_expires_at ON instances(expires_at);
                CREATE INDEX instances_boot ON instances(boot);
                """)
        // The file in which an existing registry was made is unknown. Live instances come back, as above.
        migrator.register("3 the file it was made in", sql: "ALTER TABLE meta ADD COLUMN file TEXT; DELETE FROM instances")
        return migrator
    }
}
