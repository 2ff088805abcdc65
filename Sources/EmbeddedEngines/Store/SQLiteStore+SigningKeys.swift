import GRDB
package import ShippyCore

extension SQLiteStore {
    package func signingKeys() async throws -> StoredSigningKeys {
        try await database.read { db in
            let revision = try Int64.fetchOne(db.cachedStatement(sql: "SELECT revision FROM signing_state"))!
            let keys = try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT id, public_key, sealed_private_key, created_at, signs_from, retires_at FROM signing_keys
                        ORDER BY created_at, id
                        """)
            ).map { row in
                StoredSigningKey(
                    id: row[0], publicKey: try row.bytes(at: 1), sealedPrivateKey: try row.bytes(at: 2),
                    createdAt: Timestamp(milliseconds: row[3]), signsFrom: (row[4] as Int64?).map { Timestamp(milliseconds: $0) },
                    retiresAt: (row[5] as Int64?).map { Timestamp(milliseconds: $0) })
            }
            return StoredSigningKeys(revision: revision, keys: keys)
        }
    }

    package func replaceSigningKeys(
        _ keys: [StoredSigningKey], ifRevision revision: Int64, ifValid authority: Authority?, audit: AuditEntry?
    ) async throws -> Bool {
        try await database.boundedWrite { [database] db in
            try Self.check(authority, at: database.clock.now, db)
            try db.cachedStatement(sql: "UPDATE signing_state SET revision = revision + 1 WHERE revision = ?").run([.integer(revision)], in: db)
            guard db.changesCount == 1 else { return false }
            try db.execute(sql: "DELETE FROM signing_keys")
            let insert = try db.cachedStatement(
                sql: """
                    INSERT INTO signing_keys(id, public_key, sealed_private_key, created_at, signs_from, retires_at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """)
            for key in keys {
                try insert.run(
                    [
                        .text(key.id), .blob(key.publicKey), .blob(key.sealedPrivateKey), .integer(key.createdAt.milliseconds),
                        .optional(key.signsFrom?.milliseconds), .optional(key.retiresAt?.milliseconds),
                    ], in: db)
            }
            if let audit { try Self.record([audit], db) }
            return true
        }
    }
}
