import Foundation
import GRDB
package import ShippyCore
import ShippySQLite

/// The registry in one SQLite file that the processes of one machine share.
///
/// Leases run on the machine's monotonic clock, so that a corrected wall clock ends none; those of an earlier boot are dead.
package final class EmbeddedRegistry: ServiceRegistry {
    private let database: EmbeddedDatabase
    private let signal: ChangeSignal
    private let boot: String
    private let keptChanges: Int64

    /// - Parameter keptChanges: how many changes a watcher may be behind before it gets a resync.
    /// - Throws: as ``EmbeddedDatabase/init(path:durability:readers:migrator:)``.
    package init(path: String, keptChanges: Int64 = 50_000) throws {
        database = try EmbeddedDatabase(path: path, durability: .process, migrator: Self.migrator)
        signal = try ChangeSignal(path: path + "-changed")
        boot =
            (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        self.keptChanges = keptChanges
    }

    private static var monotonicNow: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    package func register(_ instance: Instance) async throws -> RegistryLease {
        let lease = try await database.write { [self] db in
            try expire(db)
            let lease = RegistryLease(id: Int64.random(in: 1...Int64.max), key: instance.key)
            try db.cachedStatement(
                sql: """
                    INSERT INTO instances(service, id, lease, expires_at, boot, data) VALUES (?, ?, ?, ?, ?, ?)
                    ON CONFLICT(service, id) DO UPDATE SET lease = excluded.lease, expires_at = excluded.expires_at,
                        boot = excluded.boot, data = excluded.data
                    """
            ).execute(arguments: [
                instance.service, instance.id, lease.id, Self.monotonicNow + Int64(instance.ttl * 1000), boot,
                try JSONEncoder().encode(instance),
            ])
            try record("put", instance.key, reason: "registered", db)
            return lease
        }
        signal.raise()
        return lease
    }

    package func keepAlive(_ lease: RegistryLease) async throws -> Bool {
        let (isAlive, expired) = try await database.write { [self] db in
            let now = Self.monotonicNow
            try db.cachedStatement(
                sql: """
                    UPDATE instances SET expires_at = ?1 + CAST(json_extract(data, '$.ttl') * 1000 AS INTEGER)
                    WHERE service = ?2 AND id = ?3 AND lease = ?4 AND boot = ?5 AND expires_at > ?1
                    """
            ).execute(arguments: [now, lease.key.service, lease.key.id, lease.id, boot])
            let isAlive = db.changesCount == 1
            return (isAlive, try expire(db))
        }
        if expired > 0 { signal.raise() }
        return isAlive
    }

    package func deregister(_ key: Instance.Key) async throws -> Bool {
        let wasThere = try await database.write { [self] db in
            try expire(db)
            try db.execute(sql: "DELETE FROM instances WHERE service = ? AND id = ?", arguments: [key.service, key.id])
            guard db.changesCount == 1 else { return false }
            try record("delete", key, reason: "deregistered", db)
            return true
        }
        signal.raise()
        return wasThere
    }

    package func snapshot(service: String?) async throws -> RegistrySnapshot {
        try await database.read { [self] in try snapshot(service: service, $0) }
    }

    package func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double] {
        let living = try await snapshot(service: nil).instances
        let wanted = Set(instances.map(\.key))
        return Dictionary(living.filter { wanted.contains($0.key) }.map { ($0.key, $0.ttlLeft ?? 0) }, uniquingKeysWith: { $1 })
    }

    private func snapshot(service: String?, _ db: Database) throws -> RegistrySnapshot {
        let now = Self.monotonicNow
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT data, expires_at, lease FROM instances WHERE expires_at > ? AND boot = ? AND (?3 IS NULL OR service = ?3)
                ORDER BY service, id
                """, arguments: [now, boot, service])
        var instances: [Instance] = []
        let decoder = JSONDecoder()
        while let row = try rows.next() {
            var instance = try decoder.decode(Instance.self, from: row[0] as Data)
            instance.ttlLeft = Double(row[1] as Int64 - now) / 1000
            instance.lease = row[2]
            instances.append(instance)
        }
        return RegistrySnapshot(revision: try Self.revision(db), instances: instances)
    }

    private static func revision(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT revision FROM meta")!
    }

    package func watch(service: String?, after revision: Int64) -> AsyncThrowingStream<RegistryUpdate, any Error> {
        AsyncThrowingStream(bufferingPolicy: .unbounded) { continuation in
            let task = Task {
                var position = revision
                do {
                    while !Task.isCancelled {
                        let mark = signal.notifier.mark
                        try await expireDue()
                        let updates = try await changes(service: service, after: &position)
                        for update in updates { continuation.yield(update) }
                        if updates.isEmpty { await signal.notifier.wait(after: mark, upTo: .seconds(1)) }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// At most a thousand changes; `position` moves to the last one looked at.
    private func changes(service: String?, after position: inout Int64) async throws -> [RegistryUpdate] {
        let start = position
        let (updates, last) = try await database.read { [self] db -> ([RegistryUpdate], Int64) in
            let kept = try Int64.fetchOne(db, sql: "SELECT min(revision) FROM changes") ?? (try Self.revision(db) + 1)
            let revision = try Self.revision(db)
            guard start + 1 >= kept, start <= revision else {
                let snapshot = try snapshot(service: service, db)
                return ([RegistryUpdate(revision: snapshot.revision, change: .resync(snapshot))], snapshot.revision)
            }
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT c.revision, c.kind, c.service, c.id, c.reason, i.data, i.expires_at, i.lease FROM changes c
                        LEFT JOIN instances i ON c.kind = 'put' AND i.service = c.service AND i.id = c.id
                        WHERE c.revision > ? ORDER BY c.revision LIMIT 1000
                        """), arguments: [start])
            let decoder = JSONDecoder()
            let now = Self.monotonicNow
            let updates = try rows.compactMap { row -> RegistryUpdate? in
                let key = Instance.Key(service: row[2], id: row[3])
                guard service == nil || service == key.service else { return nil }
                if row[1] == "delete" { return RegistryUpdate(revision: row[0], change: .delete(key, reason: row[4])) }
                // An instance that is gone again by now has its own, later change.
                guard let data: Data = row[5] else { return nil }
                var instance = try decoder.decode(Instance.self, from: data)
                instance.ttlLeft = Double(row[6] as Int64 - now) / 1000
                instance.lease = row[7]
                instance.revision = row[0]
                return RegistryUpdate(revision: row[0], change: .put(instance))
            }
            return (updates, rows.last?[0] ?? start)
        }
        position = last
        return updates
    }

    /// Takes out what has run out, if anything has.
    private func expireDue() async throws {
        let isDue = try await database.read { [boot] db in
            try Row.fetchOne(
                db.cachedStatement(sql: "SELECT 1 FROM instances WHERE expires_at <= ? OR boot <> ? LIMIT 1"),
                arguments: [Self.monotonicNow, boot]) != nil
        }
        guard isDue else { return }
        _ = try await database.write { [self] in try expire($0) }
        signal.raise()
    }

    @discardableResult
    private func expire(_ db: Database) throws -> Int {
        let expired = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT service, id FROM instances WHERE expires_at <= ? OR boot <> ?"),
            arguments: [Self.monotonicNow, boot])
        for row in expired {
            let key = Instance.Key(service: row[0], id: row[1])
            try db.execute(sql: "DELETE FROM instances WHERE service = ? AND id = ?", arguments: [key.service, key.id])
            try record("delete", key, reason: "expired", db)
        }
        return expired.count
    }

    private func record(_ kind: String, _ key: Instance.Key, reason: String, _ db: Database) throws {
        let revision = try Int64.fetchOne(db.cachedStatement(sql: "UPDATE meta SET revision = revision + 1 RETURNING revision"))!
        try db.cachedStatement(sql: "INSERT INTO changes(revision, kind, service, id, reason) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [revision, kind, key.service, key.id, reason])
        if revision % 1000 == 0 {
            try db.execute(sql: "DELETE FROM changes WHERE revision <= ?", arguments: [revision - keptChanges])
        }
    }

    package func probe() async throws -> String { try await database.probe() }

    /// Leases run out by themselves, and old changes go as new ones come.
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
        return migrator
    }
}
