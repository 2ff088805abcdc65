package import ShippyCore

extension PostgresStore {
    /// A transaction that is open for this long keeps deleted rows from being removed.
    private static let longTransaction = 15 * 60
    /// Fewer connections than this are left for other programs.
    private static let fewConnections = 10

    package func examine() async throws -> EngineExamination {
        try await pool.run { connection in
            let before = (Timestamp.now, ContinuousClock.now)
            let server = try connection.execute("SELECT \(PostgresClock.now)").first { Timestamp(milliseconds: $0.integer(0)) }
            let took = before.1.duration(to: .now)
            let concerns = try Self.settings(connection) + Self.state(connection)
            return EngineExamination(
                version: "PostgreSQL \(connection.serverVersion.split(separator: " ").first ?? "")",
                clockOffset: server.map { $0 - (before.0 + took / 2) }, clockTolerance: took / 2, concerns: concerns)
        }
    }

    /// Settings of the server, and of this session, without which a commit can be lost.
    private static func settings(_ connection: PostgresConnection) throws -> [Concern] {
        let names = ["fsync", "full_page_writes", "synchronous_commit"]
        let values =
            try connection.execute("SELECT \(names.map { "current_setting('\($0)')" }.joined(separator: ", "))")
            .first { row in names.indices.map(row.text) } ?? []
        return zip(names, values).compactMap { name, value in
            guard value == "off" else { return nil }
            switch name {
            case "synchronous_commit":
                return .fault(
                    "the sessions of shippy have synchronous_commit off, although they set it: a crash of the server loses commits",
                    advice: "connect without a pooler that forgets what a session has set, or set synchronous_commit on for this database")
            default:
                return .fault(
                    "the server has \(name) off: a crash can lose commits or damage the database",
                    advice: "set \(name) on in postgresql.conf, and reload")
            }
        }
    }

    private static func state(_ connection: PostgresConnection) throws -> [Concern] {
        let rows = try connection.execute(
            """
            SELECT pg_is_in_recovery()::int::int8,
                current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8,
                (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::int8 FROM pg_stat_activity
                    WHERE xact_start IS NOT NULL AND backend_type = 'client backend'),
                (SELECT max(age(datfrozenxid))::int8 FROM pg_database)
            """)
        guard
            let state = rows.first({
                (isStandby: $0.integer(0) == 1, limit: $0.integer(1), connections: $0.integer(2), oldest: $0.integer(3), age: $0.integer(4))
            })
        else { return [] }
        var concerns: [Concern] = []
        if state.isStandby {
            concerns.append(.fault("the server is a standby, which takes no writes", advice: "name the primary server in --store"))
        }
        if state.limit - state.connections < fewConnections {
            concerns.append(
                .warning(
                    "\(state.connections) of the server's \(state.limit) connections are in use",
                    advice: "raise max_connections, or lower --store-connections"))
        }
        if state.oldest > longTransaction {
            concerns.append(
                .warning(
                    "a transaction on the server has been open for \(state.oldest / 60) minutes, so deleted rows pile up",
                    advice: "find it in pg_stat_activity (xact_start), and end it"))
        }
        if state.age > 1_000_000_000 {
            concerns.append(
                .warning(
                    "the oldest transaction ID of the server is \(state.age / 1_000_000) million old; at 2,100 million it takes no more writes",
                    advice: "let autovacuum run, or run `vacuumdb --all --freeze`"))
        }
        return concerns
    }
}
