import GRDB
package import ShippyCore

extension SQLiteStore {
    package func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)] {
        var outcomes: [(id: String, isNew: Bool)] = []
        for start in stride(from: 0, to: mails.count, by: Self.mailsAtOnce) {
            let part = mails[start..<min(start + Self.mailsAtOnce, mails.count)]
            outcomes += try await database.write { [database] in try Self.enqueue(part, database.clock, $0) }
        }
        mailSignal.raise()
        return outcomes
    }

    /// The most mails per transaction. Creating a user meanwhile waits for one such transaction at most.
    private static let mailsAtOnce = 64

    package func enqueue(_ mail: Mail) async throws -> (id: String, isNew: Bool) {
        try await newMails.submit(mail)
    }

    static func enqueue(_ mails: some Sequence<Mail>, _ clock: EmbeddedClock, _ db: Database) throws -> [(id: String, isNew: Bool)] {
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO mails(id, event_id, recipient, domain, template, name, company, content, state, attempts, due_at,
                    last_reply, request_id, created_at, link, copy_of, copied_event_id, trace, user_id)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(event_id) DO NOTHING
                """)
        return try mails.map { mail in
            let due = mail.nextAttemptAt.map { clock.time(ofWall: $0) }
            try insert.run(
                [
                    .text(mail.id), .optional(mail.onlyMailOf), .text(mail.to.description), .text(mail.domain), .text(mail.template.rawValue),
                    .text(mail.name), .text(mail.company), .text(mail.content), .text(mail.state.rawValue),
                    .integer(Int64(mail.attempts)), .optional(due?.milliseconds), .text(mail.lastReply),
                    .text(mail.requestID), .integer(mail.createdAt.milliseconds), .text(mail.link), .optional(mail.copyOf),
                    .optional(mail.copyOf == nil ? nil : mail.eventID), .text(mail.trace?.description ?? ""),
                    .optional(mail.userID),
                ], in: db)
            if db.changesCount == 1 { return (mail.id, true) }
            let present = try String.fetchOne(
                db.cachedStatement(sql: "SELECT id FROM mails WHERE event_id = ?"), arguments: [mail.onlyMailOf])
            return (present ?? mail.id, false)
        }
    }

    package func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int, requestID: String?
    ) async throws -> [ClaimedMail] {
        // Check first: an idle sender must not write, and no writer should wait for a search through the backlog of a full
        // domain.
        let ids = try await database.read { [database] db in
            let quota = DomainQuota(limit: limit, domainLimits: domainLimits, defaultDomainLimit: defaultDomainLimit)
            return try Self.dueMails(quota, now: database.clock.now, limit: limit, requestID: requestID, db)
        }
        guard !ids.isEmpty else { return [] }
        return try await database.write { [self] db in
            let now = database.clock.now
            // Another sender may have claimed it meanwhile.
            let claim = try db.cachedStatement(
                sql: """
                    UPDATE mails SET state = 'sending', owner = ?, attempts = attempts + 1, fence = fence + 1, due_at = ?
                    WHERE id = ? AND due_at <= ? RETURNING \(Self.columns)
                    """)
            return try ids.compactMap { id in
                try Row.fetchOne(claim, arguments: [owner, (now + lease).milliseconds, id, now.milliseconds])
                    .map { ClaimedMail(mail: mail($0), fence: $0[13]) }
            }
        }
    }

    /// Excludes mails of full domains and of other requests.
    private static func selection(except fullDomains: Set<String>, requestID: String?) -> (condition: String, arguments: StatementArguments) {
        let domains = fullDomains.isEmpty ? "" : "AND domain NOT IN (\(fullDomains.map { _ in "?" }.joined(separator: ",")))"
        let request = requestID == nil ? "" : "AND request_id = ?"
        return ("\(domains) \(request)", StatementArguments(Array(fullDomains) + (requestID.map { [$0] } ?? [])))
    }

    private static func dueMails(_ quota: DomainQuota, now: EngineTime, limit: Int, requestID: String?, _ db: Database) throws -> [String] {
        var quota = quota
        var due: [(id: String, domain: String)]
        repeat {
            let (condition, arguments) = selection(except: quota.full, requestID: requestID)
            due = try Row.fetchAll(
                db, sql: "SELECT id, domain FROM mails WHERE due_at <= ? \(condition) ORDER BY due_at LIMIT ?",
                arguments: [now.milliseconds] + arguments + [limit]
            ).map { ($0[0], $0[1]) }
        } while quota.take(due)
        return quota.chosen
    }

    package func settle(_ attempts: [FinishedAttempt]) async throws -> Set<String> {
        let refused = try await database.write { [database] db in
            let now = database.clock.now
            let update = try db.cachedStatement(
                sql: """
                    UPDATE mails SET state = ?, due_at = ?, last_reply = ?, owner = NULL WHERE id = ? AND fence = ? AND state = 'sending'
                    """)
            // An earlier release beside this one may have given the number before.
            let keep = try db.cachedStatement(
                sql: """
                    INSERT INTO mail_attempts(mail_id, number, started_at, ended_at, server, outcome, reply)
                    SELECT id, earlier_attempts + attempts, ?, ?, ?, ?, ? FROM mails WHERE id = ? ON CONFLICT DO NOTHING
                    """)
            var sent = 0
            var refused: Set<String> = []
            for attempt in attempts {
                let (lease, outcome, facts) = (attempt.lease, attempt.outcome, attempt.facts)
                try update.run(
                    [
                        .text(outcome.state.rawValue), .optional(outcome.rest.map { (now + $0).milliseconds }), .text(outcome.reply),
                        .text(lease.mailID), .integer(lease.fence),
                    ], in: db)
                if db.changesCount == 0 {
                    if try Self.isOvertaken(lease, db) { refused.insert(lease.mailID) }
                    continue
                }
                try keep.run(
                    [
                        .integer(facts.startedAt.milliseconds), .integer(facts.endedAt.milliseconds), .text(facts.server),
                        .text(outcome.kept.rawValue), .text(outcome.reply), .text(lease.mailID),
                    ], in: db)
                if outcome.state == .sent { sent += 1 }
            }
            if sent > 0 { try db.cachedStatement(sql: "UPDATE mail_totals SET sent = sent + ?").execute(arguments: [sent]) }
            return refused
        }
        if attempts.contains(where: { $0.outcome.state == .queued }) { mailSignal.raise() }
        return refused
    }

    /// Whether the mail has been claimed again.
    private static func isOvertaken(_ lease: MailLease, _ db: Database) throws -> Bool {
        let fence = try Int64.fetchOne(db.cachedStatement(sql: "SELECT fence FROM mails WHERE id = ?"), arguments: [lease.mailID])
        return fence.map { $0 != lease.fence } ?? false
    }

    package func extend(_ leases: [MailLease], by lease: Duration) async throws -> Set<String> {
        try await database.write { [database] db in
            let until = database.clock.now + lease
            let update = try db.cachedStatement(sql: "UPDATE mails SET due_at = ? WHERE id = ? AND fence = ? AND state = 'sending'")
            var held: Set<String> = []
            for lease in leases {
                try update.run([.integer(until.milliseconds), .text(lease.mailID), .integer(lease.fence)], in: db)
                if db.changesCount == 1 { held.insert(lease.mailID) }
            }
            return held
        }
    }

    package func release(_ leases: [MailLease]) async throws {
        try await database.write { [database] db in
            let now = database.clock.now
            let update = try db.cachedStatement(
                sql: """
                    UPDATE mails SET state = 'queued', due_at = ?, attempts = attempts - 1, owner = NULL
                    WHERE id = ? AND fence = ? AND state = 'sending'
                    """)
            for lease in leases { try update.run([.integer(now.milliseconds), .text(lease.mailID), .integer(lease.fence)], in: db) }
        }
        mailSignal.raise()
    }

    private static let columns = """
        id, recipient, template, state, attempts, due_at, last_reply, ifnull(event_id, copied_event_id), request_id, created_at, name,
        company, content, fence, link, copy_of, trace, user_id
        """

    private func mail(_ row: Row) -> Mail {
        let due = (row[5] as Int64?).map { database.clock.wallTime(of: EngineTime(milliseconds: $0)) }
        return Mail(
            id: row[0], to: EmailAddress(trusted: row[1]), template: Mail.Template(rawValue: row[2]) ?? .message,
            state: Mail.State(rawValue: row[3]) ?? .dead,
            attempts: row[4], nextAttemptAt: due, lastReply: row[6], eventID: row[7],
            requestID: row[8], createdAt: Timestamp(milliseconds: row[9]), name: row[10], company: row[11], content: row[12],
            link: row[14], copyOf: row[15], trace: Trace(row[16]), userID: row[17])
    }

    package func mail(id: String) async throws -> Mail? {
        try await database.read { [self] in try mail(id: id, $0) }
    }

    package func attempts(of mailID: String) async throws -> [MailAttempt] {
        try await database.read { [self] db in
            guard let mail = try mail(id: mailID, db) else { return [] }
            let earlier = try Int.fetchOne(db, sql: "SELECT earlier_attempts FROM mails WHERE id = ?", arguments: [mailID])!
            let recorded = try Row.fetchAll(
                db,
                sql: """
                    SELECT number, started_at, ended_at, server, outcome, reply FROM mail_attempts WHERE mail_id = ?
                    ORDER BY number DESC LIMIT ?
                    """, arguments: [mailID, MailAttempt.kept]
            ).map { row in
                MailAttempt(
                    number: row[0],
                    facts: AttemptFacts(
                        server: row[3], startedAt: Timestamp(milliseconds: row[1]), endedAt: Timestamp(milliseconds: row[2])),
                    outcome: MailAttempt.Outcome(rawValue: row[4]) ?? .unknown, reply: row[5])
            }
            return MailAttempt.all(recorded, of: mail, earlier: earlier)
        }
    }

    private func mail(id: String, _ db: Database) throws -> Mail? {
        try Row.fetchOne(db, sql: "SELECT \(Self.columns) FROM mails WHERE id = ?", arguments: [id]).map(mail)
    }

    package func mails(_ filter: MailFilter, after cursor: String?, limit: Int) async throws -> [Mail] {
        let (after, before) = filter.range(after: cursor)
        var conditions = ["id > ? AND id < ?"]
        var arguments: StatementArguments = [after, before]
        if let state = filter.state {
            conditions.append("state = ?")
            arguments += [state.rawValue]
        }
        if let userID = filter.userID {
            conditions.append("user_id = ?")
            arguments += [userID]
        }
        if let to = filter.to {
            // Not LIKE, which gives `%` and `_` a meaning.
            conditions.append("instr(lower(recipient), lower(?)) > 0")
            arguments += [to]
        }
        arguments += [limit]
        return try await database.read { [self, conditions, arguments] db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.columns) FROM mails WHERE \(conditions.joined(separator: " AND "))
                    ORDER BY id \(filter.newestFirst ? "DESC" : "") LIMIT ?
                    """, arguments: arguments
            ).map(mail)
        }
    }

    package func mails(ofEvents ids: [String]) async throws -> [Mail] {
        guard !ids.isEmpty else { return [] }
        return try await database.read { [self] db in
            let places = ids.map { _ in "?" }.joined(separator: ",")
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Self.columns) FROM mails WHERE event_id IN (\(places))
                    UNION ALL SELECT \(Self.columns) FROM mails WHERE copied_event_id IN (\(places)) ORDER BY id
                    """, arguments: StatementArguments(ids) + StatementArguments(ids)
            ).map(mail)
        }
    }

    package func change(_ changes: [MailChange]) async throws -> [Result<Mail, ShippyError>] {
        let outcomes = try await database.boundedWrite { [self] db in
            try changes.map { change in
                guard let mail = try mail(id: change.mailID, db) else { return Result<Mail, ShippyError>.failure(.noMail(change.mailID)) }
                if let refusal = change.refusal(of: mail) { return .failure(refusal) }
                let changed = try make(change.kind, mail, db)
                if let audit = change.audit { try Self.record([audit], db) }
                return .success(changed)
            }
        }
        mailSignal.raise()
        return outcomes
    }

    private func make(_ change: MailChange.Kind, _ mail: Mail, _ db: Database) throws -> Mail {
        switch change {
        case .retry:
            try db.execute(
                sql: """
                    UPDATE mails SET state = 'queued', earlier_attempts = earlier_attempts + attempts, attempts = 0, due_at = ? WHERE id = ?
                    """, arguments: [database.clock.now.milliseconds, mail.id])
            try db.execute(
                sql: """
                    DELETE FROM mail_attempts
                    WHERE mail_id = ?1 AND number <= (SELECT earlier_attempts FROM mails WHERE id = ?1) - ?2
                    """, arguments: [mail.id, MailAttempt.kept])
        case .cancel(let reply):
            try db.execute(
                sql: "UPDATE mails SET state = 'cancelled', due_at = NULL, last_reply = iif(state = 'dead', last_reply, ?) WHERE id = ?",
                arguments: [reply, mail.id])
        case .resend(let copy):
            _ = try Self.enqueue([copy], database.clock, db)
            try db.execute(sql: "UPDATE mails SET state = 'cancelled' WHERE id = ? AND state = 'dead'", arguments: [mail.id])
            return copy
        }
        return try self.mail(id: mail.id, db)!
    }

    package func mailCounts() async throws -> [Mail.State: Int] {
        try await database.read { db in
            var counts: [Mail.State: Int] = [:]
            let open = try Row.fetchAll(db, sql: "SELECT state, count(*) FROM mails WHERE due_at IS NOT NULL GROUP BY state")
            let ended = try Row.fetchAll(
                db,
                sql: """
                    SELECT 'dead', count(*) FROM mails WHERE state = 'dead'
                    UNION ALL SELECT 'cancelled', count(*) FROM mails WHERE state = 'cancelled'
                    """)
            for row in open + ended where row[1] > 0 {
                if let state = Mail.State(rawValue: row[0]) { counts[state] = row[1] }
            }
            // Counting them would take longer every day.
            let sent = try Int.fetchOne(db, sql: "SELECT sent FROM mail_totals")!
            if sent > 0 { counts[.sent] = sent }
            return counts
        }
    }

    package func activeMailCount(requestID: String?) async throws -> Int {
        let (condition, arguments) = Self.selection(except: [], requestID: requestID)
        return try await database.read { [database] db in
            try Int.fetchOne(
                db.cachedStatement(
                    sql: "SELECT count(*) FROM mails WHERE due_at IS NOT NULL AND (due_at <= ? OR state = 'sending') \(condition)"),
                arguments: [database.clock.now.milliseconds] + arguments)!
        }
    }

    package func nextMailDue(except fullDomains: Set<String>, requestID: String?) async throws -> Duration? {
        let (condition, arguments) = Self.selection(except: fullDomains, requestID: requestID)
        return try await database.read { [database] db in
            try Int64.fetchOne(
                db, sql: "SELECT due_at FROM mails WHERE due_at IS NOT NULL \(condition) ORDER BY due_at LIMIT 1", arguments: arguments
            ).map { EngineTime(milliseconds: $0) - database.clock.now }
        }
    }
}
