package import ShippyCore

extension PostgresStore {
    package func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)] {
        guard !mails.isEmpty else { return [] }
        let outcomes = try await pool.run { connection in
            // Those who write the same events wait for each other in one order.
            let sorted = mails.sorted { ($0.eventID ?? "", $0.id) < ($1.eventID ?? "", $1.id) }
            let added = try Set(
                connection.execute(
                    """
                    INSERT INTO mails(id, event_id, recipient, domain, template, name, company, content, state, attempts, due_at,
                        last_reply, request_id, created_at)
                    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                        $9::text[], $10::int8[], $11::int8[], $12::text[], $13::text[], $14::int8[])
                    ON CONFLICT (event_id) DO NOTHING RETURNING id
                    """, .texts(sorted.map(\.id)), .optionalTexts(sorted.map(\.eventID)), .texts(sorted.map(\.to)), .texts(sorted.map(\.domain)),
                    .texts(sorted.map(\.template.rawValue)), .texts(sorted.map(\.name)), .texts(sorted.map(\.company)),
                    .texts(sorted.map(\.content)), .texts(sorted.map(\.state.rawValue)), .integers(sorted.map { Int64($0.attempts) }),
                    .optionalIntegers(sorted.map { $0.nextAttemptAt?.milliseconds }), .texts(sorted.map(\.lastReply)),
                    .texts(sorted.map(\.requestID)), .integers(sorted.map(\.createdAt.milliseconds))
                ).map { $0.text(0) })
            let repeated = mails.filter { !added.contains($0.id) }.compactMap(\.eventID)
            var present: [String: String] = [:]
            if !repeated.isEmpty {
                let rows = try connection.execute("SELECT event_id, id FROM mails WHERE event_id = ANY($1)", .texts(repeated))
                present = Dictionary(uniqueKeysWithValues: rows.map { ($0.text(0), $0.text(1)) })
            }
            return mails.map { mail in
                added.contains(mail.id) ? (mail.id, true) : (mail.eventID.flatMap { present[$0] } ?? mail.id, false)
            }
        }
        raiseMail()
        return outcomes
    }

    package func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int
    ) async throws -> [Mail] {
        try await pool.run { connection in
            let now = PostgresValue.integer(Timestamp.now.milliseconds)
            // A look first: an idle sender must not write.
            guard try connection.execute("SELECT 1::int8 FROM mails WHERE due_at <= $1 LIMIT 1", now).count == 1 else { return [] }
            return try connection.transaction {
                var quota = DomainQuota(limit: limit, domainLimits: domainLimits, defaultDomainLimit: defaultDomainLimit)
                var due: [(id: String, domain: String)]
                repeat {
                    due = try connection.execute(
                        """
                        SELECT id, domain FROM mails WHERE due_at <= $1 AND domain <> ALL($2) ORDER BY due_at LIMIT $3
                        FOR UPDATE SKIP LOCKED
                        """, now, .texts(quota.full.sorted()), .integer(Int64(limit))
                    ).map { ($0.text(0), $0.text(1)) }
                } while quota.take(due)
                let rows = try connection.execute(
                    """
                    UPDATE mails SET state = 'sending', owner = $1, attempts = attempts + 1, due_at = $2 WHERE id = ANY($3)
                    RETURNING \(Self.columns)
                    """, .text(owner), .integer((Timestamp.now + lease).milliseconds), .texts(quota.chosen))
                let claimed = Dictionary(uniqueKeysWithValues: rows.map { ($0.text(0), Self.mail($0)) })
                return quota.chosen.compactMap { claimed[$0] }
            }
        }
    }

    package func settle(_ outcomes: [(id: String, outcome: MailOutcome)], owner: String) async throws {
        guard !outcomes.isEmpty else { return }
        var states: [Mail.State] = []
        var dues: [Int64?] = []
        var replies: [String] = []
        for (_, outcome) in outcomes {
            switch outcome {
            case .sent(let reply): (states, dues, replies) = (states + [.sent], dues + [nil], replies + [reply])
            case .retry(let time, let reply): (states, dues, replies) = (states + [.queued], dues + [time.milliseconds], replies + [reply])
            case .dead(let reply): (states, dues, replies) = (states + [.dead], dues + [nil], replies + [reply])
            }
        }
        let parameters: [PostgresValue] = [
            .texts(outcomes.map(\.id)), .texts(states.map(\.rawValue)), .optionalIntegers(dues), .texts(replies), .text(owner),
        ]
        try await pool.run { connection in
            _ = try connection.execute([
                PostgresStatement(
                    """
                    WITH settled AS (
                        UPDATE mails SET state = t.state, due_at = t.due_at, last_reply = t.reply, owner = NULL
                        FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[]) AS t(id, state, due_at, reply)
                        WHERE mails.id = t.id AND mails.owner = $5 RETURNING mails.state
                    )
                    UPDATE mail_totals SET sent = sent + (SELECT count(*) FROM settled WHERE state = 'sent')
                    """, parameters)
            ])
        }
        if states.contains(.queued) { raiseMail() }
    }

    package func extendMailLeases(_ ids: [String], owner: String, lease: Duration) async throws {
        try await pool.run { connection in
            _ = try connection.execute(
                "UPDATE mails SET due_at = $1 WHERE id = ANY($2) AND owner = $3", .integer((Timestamp.now + lease).milliseconds), .texts(ids),
                .text(owner))
        }
    }

    package func unclaimMails(_ ids: [String], owner: String) async throws {
        try await pool.run { connection in
            _ = try connection.execute([
                PostgresStatement(
                    """
                    UPDATE mails SET state = 'queued', due_at = $1, attempts = attempts - 1, owner = NULL WHERE id = ANY($2) AND owner = $3
                    """, [.integer(Timestamp.now.milliseconds), .texts(ids), .text(owner)]), Self.notify,
            ])
        }
        raiseMail()
    }

    /// For a change that another process may have to act on.
    private static let notify = PostgresStatement("SELECT pg_notify('shippy_mail', '')")

    private static let columns = """
        id, recipient, template, state, attempts, due_at, last_reply, event_id, request_id, created_at, name, company, content
        """

    private static func mail(_ row: PostgresRow) -> Mail {
        Mail(
            id: row.text(0), to: row.text(1), template: Mail.Template(rawValue: row.text(2)) ?? .message,
            state: Mail.State(rawValue: row.text(3)) ?? .dead, attempts: Int(row.integer(4)),
            nextAttemptAt: row.optionalInteger(5).map(Timestamp.init(milliseconds:)), lastReply: row.text(6), eventID: row.optionalText(7),
            requestID: row.text(8), createdAt: Timestamp(milliseconds: row.integer(9)), name: row.text(10), company: row.text(11),
            content: row.text(12))
    }

    package func mail(id: String) async throws -> Mail? {
        try await pool.run { try $0.execute("SELECT \(Self.columns) FROM mails WHERE id = $1", .text(id)).first(Self.mail) }
    }

    package func mails(state: Mail.State?, after cursor: String?, limit: Int) async throws -> [Mail] {
        try await pool.run { connection in
            try connection.execute(
                "SELECT \(Self.columns) FROM mails WHERE id > $1 AND ($2::text IS NULL OR state = $2) ORDER BY id LIMIT $3", .text(cursor ?? ""),
                .optional(state?.rawValue), .integer(Int64(limit))
            ).map(Self.mail)
        }
    }

    package func retryMail(id: String) async throws -> Mail {
        let mail = try await pool.run { connection in
            try connection.transaction {
                let row = try connection.execute("SELECT \(Self.columns) FROM mails WHERE id = $1 FOR UPDATE", .text(id))
                guard var mail = row.first(Self.mail) else { throw ShippyError.noMail(id) }
                guard mail.state == .queued || mail.state == .dead else { throw ShippyError.notRetriable(mail) }
                mail.state = .queued
                mail.attempts = 0
                mail.nextAttemptAt = .now
                try connection.execute([
                    PostgresStatement(
                        "UPDATE mails SET state = 'queued', attempts = 0, due_at = $1 WHERE id = $2",
                        [.integer(mail.nextAttemptAt!.milliseconds), .text(id)]), Self.notify,
                ])
                return mail
            }
        }
        raiseMail()
        return mail
    }

    package func mailCounts() async throws -> [Mail.State: Int] {
        try await pool.run { connection in
            let rows = try connection.execute(
                """
                SELECT state, count(*) FROM mails WHERE due_at IS NOT NULL GROUP BY state
                UNION ALL SELECT 'dead', count(*) FROM mails WHERE state = 'dead'
                UNION ALL SELECT 'sent', sent FROM mail_totals
                """)
            var counts: [Mail.State: Int] = [:]
            for (state, count) in rows.map({ ($0.text(0), Int($0.integer(1))) }) where count > 0 {
                if let state = Mail.State(rawValue: state) { counts[state] = count }
            }
            return counts
        }
    }

    package func activeMailCount() async throws -> Int {
        try await pool.run { connection in
            let rows = try connection.execute(
                "SELECT count(*) FROM mails WHERE due_at IS NOT NULL AND (due_at <= $1 OR state = 'sending')",
                .integer(Timestamp.now.milliseconds))
            return Int(rows.first { $0.integer(0) } ?? 0)
        }
    }

    package func nextMailDue() async throws -> Timestamp? {
        try await pool.run { connection in
            try connection.execute("SELECT due_at FROM mails WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
                .first { Timestamp(milliseconds: $0.integer(0)) }
        }
    }
}
