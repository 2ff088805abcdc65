package import ShippyCore

extension PostgresStore {
    static func revoking(_ subjects: [Revocation.Subject]) -> PostgresStatement {
        PostgresStatement(
            """
            INSERT INTO revocations(kind, subject, except_session, at)
            SELECT kind, subject, except_session, \(PostgresClock.now)
            FROM unnest($1::text[], $2::text[], $3::text[]) AS t(kind, subject, except_session)
            """, [.texts(subjects.map(\.kind)), .texts(subjects.map(\.id)), .optionalTexts(subjects.map(\.exceptSession))])
    }

    /// IDs are drawn before a commit, so a row may appear behind others that have higher IDs: the highest ID alone would miss it.
    /// The mark is the number of rows and the sum of their IDs. Between two looks some rows are swept, and some appear. If these
    /// are equally many, the sum grows, because every row that appears has a higher ID than every row that is swept: transactions
    /// take seconds, and what is swept is half an hour old. Otherwise the number changes. The latest time is a part of the mark,
    /// because ``PostgresClock`` may move it.
    package func revocations(ifChangedSince mark: String?) async throws -> Revocations? {
        try await pool.run { connection in
            if let mark {
                let current = try connection.execute("SELECT count(*), coalesce(sum(id), 0)::int8, coalesce(max(at), 0) FROM revocations")
                    .first { Self.mark($0.integer(0), $0.integer(1), $0.integer(2)) }
                if current == mark { return nil }
            }
            // One statement has one view of the table: the mark is that of these rows.
            var (count, sum, latest) = (Int64(0), Int64(0), Int64(0))
            let all = try connection.execute(
                "SELECT kind, subject, except_session, at, \(PostgresClock.now), id FROM revocations ORDER BY id"
            ).map { row in
                count += 1
                sum += row.integer(5)
                latest = max(latest, row.integer(3))
                return Revocation(
                    subject: Revocation.Subject(kind: row.text(0), id: row.text(1), exceptSession: row.optionalText(2)),
                    at: .now - (Timestamp(milliseconds: row.integer(4)) - Timestamp(milliseconds: row.integer(3))))
            }
            return Revocations(mark: Self.mark(count, sum, latest), all: all)
        }
    }

    private static func mark(_ count: Int64, _ sum: Int64, _ latest: Int64) -> String { "\(count)-\(sum)-\(latest)" }
}
