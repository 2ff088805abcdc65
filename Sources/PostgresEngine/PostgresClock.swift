import ShippyCore

/// The server's clock, which counts all leases and due times: those of the machines that ask differ.
///
/// The server's clock may be set back, too. So the latest time seen is kept in the row of `engine`; whoever finds the clock
/// behind it moves all leases and due times back by as much, once.
struct PostgresClock {
    /// Milliseconds since 1970. In a subselect, so that it is asked once for each statement and an index can be searched for it.
    static let now = "(SELECT (extract(epoch FROM clock_timestamp()) * 1000)::int8)"

    /// The clock may be noted this much late, and differ by as much before anything is done.
    private static let tolerance = Duration.seconds(5)

    /// How far the clock is ahead of the latest time noted; negative when it was set back.
    private let ahead: Duration

    /// Reads the clock together with whether `query` gives a row.
    static func look(
        _ query: String, _ parameters: PostgresValue..., on connection: PostgresConnection
    ) throws -> (hasRow: Bool, clock: PostgresClock) {
        let rows = try connection.execute([
            PostgresStatement("SELECT EXISTS (\(query))::int::int8, \(now) - latest FROM engine", parameters)
        ])[0]
        guard let (hasRow, ahead) = rows.first({ ($0.integer(0) == 1, $0.integer(1)) }) else { throw PostgresError.noEngine }
        return (hasRow, PostgresClock(ahead: .milliseconds(ahead)))
    }

    /// Notes the time now and then, and puts right what a clock that was set back would hold.
    func keep(_ connection: PostgresConnection) throws {
        if ahead > Self.tolerance {
            // Whoever is at it already does the same.
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
            // Another one has done it meanwhile.
            guard lateness > tolerance.milliseconds else { return }
            try connection.execute([
                PostgresStatement("UPDATE mails SET due_at = due_at - $1 WHERE due_at IS NOT NULL", [.integer(lateness)]),
                PostgresStatement("UPDATE outbox_lease SET until = until - $1", [.integer(lateness)]),
                PostgresStatement("UPDATE outbox_published SET published_at = published_at - $1", [.integer(lateness)]),
                PostgresStatement("UPDATE engine SET latest = latest - $1", [.integer(lateness)]),
            ])
        }
    }
}
