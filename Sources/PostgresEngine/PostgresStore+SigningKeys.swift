package import ShippyCore

extension PostgresStore {
    package func signingKeys() async throws -> StoredSigningKeys {
        try await pool.run { connection in
            // One statement, so that the revision is that of the keys.
            let rows = try connection.execute(
                """
                SELECT revision, k.id, public_key, sealed_private_key, created_at, signs_from, retires_at
                FROM signing_state LEFT JOIN signing_keys k ON true ORDER BY created_at, k.id
                """)
            guard let revision = rows.first({ $0.integer(0) }) else { throw PostgresError.noEngine }
            let keys = rows.map { row in
                row.optionalText(1).map { id in
                    StoredSigningKey(
                        id: id, publicKey: row.bytes(2), sealedPrivateKey: row.bytes(3), createdAt: Timestamp(milliseconds: row.integer(4)),
                        signsFrom: row.optionalInteger(5).map { Timestamp(milliseconds: $0) },
                        retiresAt: row.optionalInteger(6).map { Timestamp(milliseconds: $0) })
                }
            }
            return StoredSigningKeys(revision: revision, keys: keys.compactMap(\.self))
        }
    }

    package func replaceSigningKeys(
        _ keys: [StoredSigningKey], ifRevision revision: Int64, ifValid authority: Authority?, audit: AuditEntry?
    ) async throws -> Bool {
        try await pool.run { connection in
            try connection.transaction {
                try Self.check(authority, after: PostgresStatement("SELECT 1 FROM signing_state FOR UPDATE"), connection)
                // Another replacement has waited, here or there, and finds another revision.
                let isCurrent =
                    try connection.execute("UPDATE signing_state SET revision = revision + 1 WHERE revision = $1", .integer(revision)).changed == 1
                guard isCurrent else { return false }
                let replacement = [
                    PostgresStatement("DELETE FROM signing_keys"),
                    PostgresStatement(
                        """
                        INSERT INTO signing_keys(id, public_key, sealed_private_key, created_at, signs_from, retires_at)
                        SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::int8[], $5::int8[], $6::int8[])
                        """,
                        [
                            .texts(keys.map(\.id)), .byteStrings(keys.map(\.publicKey)), .byteStrings(keys.map(\.sealedPrivateKey)),
                            .integers(keys.map(\.createdAt.milliseconds)), .optionalIntegers(keys.map { $0.signsFrom?.milliseconds }),
                            .optionalIntegers(keys.map { $0.retiresAt?.milliseconds }),
                        ]),
                ]
                try connection.execute(replacement + (audit.map { [Self.recording([$0])] } ?? []))
                return true
            }
        }
    }
}
