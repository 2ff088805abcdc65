package import ShippyCore

extension PostgresStore {
    package func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)] {
        guard !mails.isEmpty else { return [] }
        let outcomes = try await pool.run { try Self.enqueue(mails, $0) }
        raiseMail()
        return outcomes
    }

    package func enqueue(_ mail: Mail) async throws -> (id: String, isNew: Bool) {
        try await newMails.submit(mail)
    }

    static func enqueue(_ mails: [Mail], _ connection: PostgresConnection) throws -> [(id: String, isNew: Bool)] {
        // Sorted, so that concurrent writers of the same events wait for each other in one order.
        let now = Timestamp.now
        let sorted = mails.sorted { ($0.onlyMailOf ?? "", $0.id) < ($1.onlyMailOf ?? "", $1.id) }
        let added = try Set(
            connection.execute(
                """
                INSERT INTO mails(id, event_id, recipient, domain, template, name, company, content, state, attempts, due_at,
                    last_reply, request_id, created_at, link, copy_of, copied_event_id, trace, user_id)
                SELECT id, event_id, recipient, domain, template, name, company, content, state, attempts, \(PostgresClock.now) + rest,
                    last_reply, request_id, created_at, link, copy_of, copied_event_id, trace, user_id
                FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                    $9::text[], $10::int8[], $11::int8[], $12::text[], $13::text[], $14::int8[], $15::text[], $16::text[], $17::text[],
                    $18::text[], $19::text[])
                AS t(id, event_id, recipient, domain, template, name, company, content, state, attempts, rest, last_reply, request_id,
                    created_at, link, copy_of, copied_event_id, trace, user_id)
                ON CONFLICT (event_id) DO NOTHING RETURNING id
                """, .texts(sorted.map(\.id)), .optionalTexts(sorted.map(\.onlyMailOf)), .texts(sorted.map(\.to.description)),
                .texts(sorted.map(\.domain)),
                .texts(sorted.map(\.template.rawValue)), .texts(sorted.map(\.name)), .texts(sorted.map(\.company)),
                .texts(sorted.map(\.content)), .texts(sorted.map(\.state.rawValue)), .integers(sorted.map { Int64($0.attempts) }),
                .optionalIntegers(sorted.map { $0.nextAttemptAt.map { ($0 - now).milliseconds } }), .texts(sorted.map(\.lastReply)),
                .texts(sorted.map(\.requestID)), .integers(sorted.map(\.createdAt.milliseconds)),
                .texts(sorted.map(\.link)), .optionalTexts(sorted.map(\.copyOf)),
                .optionalTexts(sorted.map { $0.copyOf == nil ? nil : $0.eventID }), .texts(sorted.map { $0.trace?.description ?? "" }),
                .optionalTexts(sorted.map(\.userID))
            ).map { $0.text(0) })
        let repeated = mails.filter { !added.contains($0.id) }.compactMap(\.onlyMailOf)
        var present: [String: String] = [:]
        if !repeated.isEmpty {
            let rows = try connection.execute("SELECT event_id, id FROM mails WHERE event_id = ANY($1)", .texts(repeated))
            // The database compares bytes, but two different event IDs of other programs may be equal as Swift strings.
            present = Dictionary(rows.map { ($0.text(0), $0.text(1)) }) { first, _ in first }
        }
        return mails.map { mail in
            added.contains(mail.id) ? (mail.id, true) : (mail.onlyMailOf.flatMap { present[$0] } ?? mail.id, false)
        }
    }

    package func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int, requestID: String?
    ) async throws -> [ClaimedMail] {
        try await pool.run { connection in
            var quota = DomainQuota(limit: limit, domainLimits: domainLimits, defaultDomainLimit: defaultDomainLimit)
            // Check first: an idle sender must not write.
            let (isDue, clock) = try PostgresClock.look(
                "SELECT 1 FROM mails WHERE due_at <= \(PostgresClock.now) AND domain <> ALL($1) AND ($2::text IS NULL OR request_id = $2)",
                .texts(quota.full.sorted()), .optional(requestID), on: connection)
            try clock.keep(connection)
            guard isDue else { return [] }
            return try connection.transaction {
                var due: [(id: String, domain: String)]
                repeat {
                    due = try connection.execute(
                        """
                        SELECT id, domain FROM mails WHERE due_at <= \(PostgresClock.now) AND domain <> ALL($1) AND ($3::text IS NULL OR request_id = $3)
                        ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
                        """, .texts(quota.full.sorted()), .integer(Int64(limit)), .optional(requestID)
                    ).map { ($0.text(0), $0.text(1)) }
                } while quota.take(due)
                let rows = try connection.execute(
                    """
                    UPDATE mails SET state = 'sending', owner = $1, attempts = attempts + 1, fence = fence + 1, due_at = \(PostgresClock.now) + $2
                    WHERE id = ANY($3) RETURNING \(Self.columns)
                    """, .text(owner), .integer(lease.milliseconds), .texts(quota.chosen))
                let claimed = Dictionary(
                    uniqueKeysWithValues: rows.map { ($0.text(0), ClaimedMail(mail: Self.mail($0), fence: $0.integer(13))) })
                return quota.chosen.compactMap { claimed[$0] }
            }
        }
    }

    package func settle(_ attempts: [FinishedAttempt]) async throws -> Set<String> {
        guard !attempts.isEmpty else { return [] }
        let ids = PostgresValue.texts(attempts.map(\.lease.mailID))
        let fences = PostgresValue.integers(attempts.map(\.lease.fence))
        let parameters: [PostgresValue] = [
            ids, fences, .texts(attempts.map(\.outcome.state.rawValue)), .optionalIntegers(attempts.map { $0.outcome.rest?.milliseconds }),
            .texts(attempts.map(\.outcome.reply)), .texts(attempts.map(\.outcome.kept.rawValue)), .texts(attempts.map(\.facts.server)),
            .integers(attempts.map(\.facts.startedAt.milliseconds)), .integers(attempts.map(\.facts.endedAt.milliseconds)),
        ]
        let refused = try await pool.run { connection -> Set<String> in
            let settled = try connection.execute([
                PostgresStatement(
                    """
                    WITH settled AS (
                        UPDATE mails SET state = t.state, due_at = \(PostgresClock.now) + t.rest, last_reply = t.reply, owner = NULL
                        FROM unnest($1::text[], $2::int8[], $3::text[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::int8[], $9::int8[])
                        AS t(id, fence, state, rest, reply, outcome, server, started_at, ended_at)
                        WHERE mails.id = t.id AND mails.fence = t.fence AND mails.state = 'sending' RETURNING mails.id, mails.state,
                            mails.earlier_attempts + mails.attempts AS number, t.started_at, t.ended_at, t.server, t.outcome, t.reply
                    ), kept AS (
                        INSERT INTO mail_attempts(mail_id, number, started_at, ended_at, server, outcome, reply)
                        SELECT id, number, started_at, ended_at, server, outcome, reply FROM settled ON CONFLICT DO NOTHING
                    ), counted AS (
                        UPDATE mail_totals SET sent = sent + (SELECT count(*) FROM settled WHERE state = 'sent')
                        WHERE EXISTS (SELECT 1 FROM settled WHERE state = 'sent')
                    )
                    SELECT id FROM settled
                    """, parameters)
            ])[0]
            guard settled.count < attempts.count else { return [] }
            // Outcomes that were recorded before are not refused.
            return try Set(
                connection.execute(
                    "SELECT id FROM mails JOIN unnest($1::text[], $2::int8[]) AS t(id, fence) USING (id) WHERE mails.fence <> t.fence", ids, fences
                ).map { $0.text(0) })
        }
        if attempts.contains(where: { $0.outcome.state == .queued }) { raiseMail() }
        return refused
    }

    /// Selects mails that are still held under these leases; `$1` are their IDs and `$2` their fences.
    private static let held = """
        FROM unnest($1::text[], $2::int8[]) AS t(id, fence) WHERE mails.id = t.id AND mails.fence = t.fence AND mails.state = 'sending'
        """

    package func extend(_ leases: [MailLease], by lease: Duration) async throws -> Set<String> {
        try await pool.run { connection in
            try Set(
                connection.execute(
                    "UPDATE mails SET due_at = \(PostgresClock.now) + $3 \(Self.held) RETURNING mails.id", .texts(leases.map(\.mailID)),
                    .integers(leases.map(\.fence)), .integer(lease.milliseconds)
                ).map { $0.text(0) })
        }
    }

    package func release(_ leases: [MailLease]) async throws {
        try await pool.run { connection in
            _ = try connection.execute([
                PostgresStatement(
                    "UPDATE mails SET state = 'queued', due_at = \(PostgresClock.now), attempts = attempts - 1, owner = NULL \(Self.held)",
                    [.texts(leases.map(\.mailID)), .integers(leases.map(\.fence))]), Self.notify,
            ])
        }
        raiseMail()
    }

    /// For a change that other processes may have to act on.
    private static let notify = PostgresStatement("SELECT pg_notify('shippy_mail', '')")

    private static let columns = """
        mails.id, recipient, template, state, attempts, due_at - \(PostgresClock.now), last_reply,
        coalesce(event_id, copied_event_id), request_id, created_at, name, company, content, fence, link, copy_of, trace,
        user_id
        """

    private static func mail(_ row: PostgresRow) -> Mail {
        Mail(
            id: row.text(0), to: EmailAddress(trusted: row.text(1)), template: Mail.Template(rawValue: row.text(2)) ?? .message,
            state: Mail.State(rawValue: row.text(3)) ?? .dead, attempts: Int(row.integer(4)),
            nextAttemptAt: row.optionalInteger(5).map { .now + .milliseconds($0) }, lastReply: row.text(6), eventID: row.optionalText(7),
            requestID: row.text(8), createdAt: Timestamp(milliseconds: row.integer(9)), name: row.text(10), company: row.text(11),
            content: row.text(12), link: row.text(14), copyOf: row.optionalText(15), trace: Trace(row.text(16)),
            userID: row.optionalText(17))
    }

    package func mail(id: String) async throws -> Mail? {
        try await pool.run { try $0.execute("SELECT \(Self.columns) FROM mails WHERE id = $1", .text(id)).first(Self.mail) }
    }

    package func attempts(of mailID: String) async throws -> [MailAttempt] {
        try await pool.run { connection in
            let answers = try connection.execute([
                PostgresStatement("SELECT \(Self.columns), earlier_attempts FROM mails WHERE id = $1", [.text(mailID)]),
                PostgresStatement(
                    """
                    SELECT number, started_at, ended_at, server, outcome, reply FROM mail_attempts WHERE mail_id = $1
                    ORDER BY number DESC LIMIT $2
                    """, [.text(mailID), .integer(Int64(MailAttempt.kept))]),
            ])
            guard let (mail, earlier) = answers[0].first({ (Self.mail($0), Int($0.integer(18))) }) else { return [] }
            let recorded = answers[1].map { row in
                MailAttempt(
                    number: Int(row.integer(0)),
                    facts: AttemptFacts(
                        server: row.text(3), startedAt: Timestamp(milliseconds: row.integer(1)), endedAt: Timestamp(milliseconds: row.integer(2))),
                    outcome: MailAttempt.Outcome(rawValue: row.text(4)) ?? .unknown, reply: row.text(5))
            }
            return MailAttempt.all(recorded, of: mail, earlier: earlier)
        }
    }

    package func mails(_ filter: MailFilter, after cursor: String?, limit: Int) async throws -> [Mail] {
        let (after, before) = filter.range(after: cursor)
        return try await pool.run { connection in
            try connection.execute(
                // Not LIKE, which gives `%` and `_` a meaning.
                """
                SELECT \(Self.columns) FROM mails
                WHERE id > $1 AND id < $2 AND ($3::text IS NULL OR state = $3)
                    AND ($4::text IS NULL OR strpos(lower(recipient COLLATE "C"), lower($4 COLLATE "C")) > 0)
                    \(filter.userID == nil ? "AND $6::text IS NULL" : "AND user_id = $6")
                ORDER BY id \(filter.newestFirst ? "DESC" : "") LIMIT $5
                """, .text(after), .text(before), .optional(filter.state?.rawValue), .optional(filter.to),
                .integer(Int64(limit)), .optional(filter.userID)
            ).map(Self.mail)
        }
    }

    package func mails(ofEvents ids: [String]) async throws -> [Mail] {
        guard !ids.isEmpty else { return [] }
        return try await pool.run { connection in
            try connection.execute(
                "SELECT \(Self.columns) FROM mails WHERE event_id = ANY($1) OR copied_event_id = ANY($1) ORDER BY id", .texts(ids)
            ).map(Self.mail)
        }
    }

    package func change(_ changes: [MailChange]) async throws -> [Result<Mail, ShippyError>] {
        guard !changes.isEmpty else { return [] }
        let outcomes = try await pool.run { connection in
            try connection.transaction {
                // Sorted, so that two callers wait for each other in one order.
                let rows = try connection.execute(
                    "SELECT \(Self.columns) FROM mails WHERE id = ANY($1) ORDER BY id FOR UPDATE", .texts(changes.map(\.mailID)))
                var mails = Dictionary(rows.map { ($0.text(0), Self.mail($0)) }) { first, _ in first }
                var statements: [PostgresStatement] = []
                let outcomes = changes.map { change -> Result<Mail, ShippyError> in
                    guard let mail = mails[change.mailID] else { return .failure(.noMail(change.mailID)) }
                    if let refusal = change.refusal(of: mail) { return .failure(refusal) }
                    let (changed, making) = Self.make(change.kind, mail)
                    statements += making
                    if changed.id == mail.id { mails[mail.id] = changed }
                    return .success(changed)
                }
                let copies = changes.compactMap { change in if case .resend(let copy) = change.kind { copy } else { nil } }
                let made = Set(outcomes.compactMap { try? $0.get().id })
                _ = try Self.enqueue(copies.filter { made.contains($0.id) }, connection)
                let entries = zip(changes, outcomes).compactMap { change, outcome in (try? outcome.get()).flatMap { _ in change.audit } }
                if !entries.isEmpty { statements.append(Self.recording(entries)) }
                if !statements.isEmpty { try connection.execute(statements + [Self.notify]) }
                return outcomes
            }
        }
        raiseMail()
        return outcomes
    }

    /// - Returns: the mail as it will be, and what makes it so.
    private static func make(_ change: MailChange.Kind, _ mail: Mail) -> (Mail, [PostgresStatement]) {
        var mail = mail
        switch change {
        case .retry:
            mail.state = .queued
            mail.attempts = 0
            mail.nextAttemptAt = .now
            return (
                mail,
                [
                    PostgresStatement(
                        """
                        UPDATE mails SET state = 'queued', earlier_attempts = earlier_attempts + attempts, attempts = 0,
                            due_at = \(PostgresClock.now)
                        WHERE id = $1
                        """, [.text(mail.id)]),
                    PostgresStatement(
                        """
                        DELETE FROM mail_attempts
                        WHERE mail_id = $1 AND number <= (SELECT earlier_attempts FROM mails WHERE id = $1) - $2
                        """, [.text(mail.id), .integer(Int64(MailAttempt.kept))]),
                ]
            )
        case .cancel(let reply):
            if mail.state != .dead { mail.lastReply = reply }
            mail.state = .cancelled
            mail.nextAttemptAt = nil
            return (
                mail,
                [
                    PostgresStatement(
                        "UPDATE mails SET state = 'cancelled', due_at = NULL, last_reply = $2 WHERE id = $1",
                        [.text(mail.id), .text(mail.lastReply)])
                ]
            )
        case .resend(let copy):
            return (copy, [PostgresStatement("UPDATE mails SET state = 'cancelled' WHERE id = $1 AND state = 'dead'", [.text(mail.id)])])
        }
    }

    package func mailCounts() async throws -> [Mail.State: Int] {
        try await pool.run { connection in
            let rows = try connection.execute(
                """
                SELECT state, count(*) FROM mails WHERE due_at IS NOT NULL GROUP BY state
                UNION ALL SELECT 'dead', count(*) FROM mails WHERE state = 'dead'
                UNION ALL SELECT 'cancelled', count(*) FROM mails WHERE state = 'cancelled'
                UNION ALL SELECT 'sent', sent FROM mail_totals
                """)
            var counts: [Mail.State: Int] = [:]
            for (state, count) in rows.map({ ($0.text(0), Int($0.integer(1))) }) where count > 0 {
                if let state = Mail.State(rawValue: state) { counts[state] = count }
            }
            return counts
        }
    }

    package func activeMailCount(requestID: String?) async throws -> Int {
        try await pool.run { connection in
            let rows = try connection.execute(
                """
                SELECT count(*) FROM mails WHERE due_at IS NOT NULL AND (due_at <= \(PostgresClock.now) OR state = 'sending')
                    AND ($1::text IS NULL OR request_id = $1)
                """, .optional(requestID))
            return Int(rows.first { $0.integer(0) } ?? 0)
        }
    }

    package func nextMailDue(except fullDomains: Set<String>, requestID: String?) async throws -> Duration? {
        try await pool.run { connection in
            try connection.execute(
                """
                SELECT due_at - \(PostgresClock.now) FROM mails
                WHERE due_at IS NOT NULL AND domain <> ALL($1) AND ($2::text IS NULL OR request_id = $2) ORDER BY due_at LIMIT 1
                """, .texts(fullDomains.sorted()), .optional(requestID)
            ).first { .milliseconds($0.integer(0)) }
        }
    }
}
