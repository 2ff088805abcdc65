import ShippyCore

/// The server's clock, which times all leases and due times, because the clocks of its clients differ.
///
/// The server's clock may be set back, too. So the latest time seen is kept in the row of `engine`. A client that finds the clock
/// behind it moves all leases and due times back by the difference, once.
struct PostgresClock {
    /// Milliseconds since 1970. A subselect, so that it is evaluated once per statement and works with an index.
    static let now = "(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8)"

    /// How late the clock may be noted, and how far it may be set back before anything is corrected.
    private static let tolerance = Duration.seconds(5)

    /// How far the clock is ahead of the latest noted time; negative if it was set back.
    private let ahead: Duration

    /// Reads the clock, and whether `query` returns a row.
    static func look(
        _ query: String, _ parameters: PostgresValue..., on connection: PostgresConnection
    ) throws -> (hasRow: Bool, clock: PostgresClock) {
        let rows = try connection.execute([
            PostgresStatement("SELECT EXISTS (\(query))::int::int8, \(now) - latest FROM engine", parameters)
        ])[0]
        guard let (hasRow, ahead) = rows.first({ ($0.integer(0) == 1, $0.integer(1)) }) else { throw PostgresError.noEngine }
        return (hasRow, PostgresClock(ahead: .milliseconds(ahead)))
    }

    /// Notes the time from time to time. Corrects leases and due times if the clock was set back.
    func keep(_ connection: PostgresConnection) throws {
        if ahead > Self.tolerance {
            // Skipped while another client does the same.
            try connection.execute(
                """
                UPDATE engine SET latest = greatest(latest, \(Self.now))
                WHERE id = (SELECT id FROM engine WHERE latest < \(Self.now) - $1 FOR UPDATE SKIP LOCKED)
                """, .integer(Self.tolerance.milliseconds))
        } else if ahead < .zero - Self.tolerance {
            try Self.follow(connection)
        }
    }

    private static func follow(_ connection: PostgresConnection) throws {
        try connection.transaction {
            let lateness = try connection.execute("SELECT latest - \(now) FROM engine FOR UPDATE").first { $0.integer(0) } ?? 0
            // Another client has done it meanwhile.
            guard lateness > tolerance.milliseconds else { return }
            try connection.execute([
                PostgresStatement("UPDATE mails SET due_at = due_at - $1 WHERE due_at IS NOT NULL", [.integer(lateness)]),
                PostgresStatement("UPDATE outbox_lease SET until = until - $1", [.integer(lateness)]),
                PostgresStatement("UPDATE outbox_published SET published_at = published_at - $1", [.integer(lateness)]),
                // A session that was not used while the clock was ahead is left as it is: at worst it lasts longer by the difference.
                PostgresStatement(
                    "UPDATE sessions SET counter_since = counter_since - $1, expires_at = expires_at - $1 WHERE counter_since > \(now)",
                    [.integer(lateness)]),
                PostgresStatement("UPDATE revocations SET at = at - $1 WHERE at > \(now)", [.integer(lateness)]),
                PostgresStatement("UPDATE engine SET latest = latest - $1", [.integer(lateness)]),
            ])
        }
    }
}
