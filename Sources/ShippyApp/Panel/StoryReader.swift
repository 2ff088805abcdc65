import ShippyCore
import ShippyEvents
import ShippyTUI

/// Puts together what the engines hold about a user, a mail or an event, in order.
struct StoryReader: Sendable {
    /// The most entries of each kind that are read or looked through; of the audit log, the newest.
    private static let auditLimit = 500
    private static let mailLimit = 1000
    private static let eventLimit = 5000
    /// An event and its mail are at most this much older than what they are found by.
    private static let earlier = Duration.seconds(60)

    let engines: PanelEngines

    /// - Throws: ``ShippyError`` of the store. If only the bus is away, a step says so.
    func read(_ subject: StorySubject) async throws -> [StoryStep] {
        let store = try engines.store()
        var steps: [StoryStep] = []

        var userID = subject.userID
        if userID == nil, let email = subject.email { userID = try await store.account(email: email)?.user.id }
        let account: Account? = if let userID { try await store.account(id: userID) } else { nil }
        if let account { steps.append(Self.created(account)) }
        let starts = Self.starts(subject, userID: userID, createdAt: account?.user.createdAt)

        var entries: [AuditEntry] = []
        if let userID {
            entries += try await store.auditEntries(AuditFilter(target: "user:\(userID)"), .before(nil), limit: Self.auditLimit)
            entries += try await store.auditEntries(AuditFilter(actor: "user:\(userID)"), .before(nil), limit: Self.auditLimit)
        }
        var seen: Set<String> = []
        steps += entries.filter { seen.insert($0.id).inserted }.map(Self.step)

        let (events, remark) = await self.events(userID: userID, subject, starts)
        steps += events.map(Self.step)
        if let remark { steps.append(StoryStep(nil, .note, "events", remark)) }

        let eventIDs = Set(events.map(\.id) + [subject.eventID].compactMap(\.self))
        let requests = Set(entries.map(\.requestID) + [subject.requestID].compactMap(\.self)).subtracting([""])
        let mails = try await self.mails(store, starts).filter { mail in
            mail.id == subject.id || mail.eventID.map(eventIDs.contains) ?? false || requests.contains(mail.requestID)
                || (account != nil && mail.to.description == account?.user.email.description)
        }
        steps += mails.flatMap(Self.steps)
        return Self.inOrder(steps)
    }

    /// The times from which on events and mails are looked through: when the user was created, and when that happened by which the
    /// story was found.
    static func starts(_ subject: StorySubject, userID: String?, createdAt: Timestamp?) -> [Timestamp] {
        let found = subject.since - earlier
        guard let created = createdAt ?? userID.flatMap(UUIDv7.time), created - earlier < found else { return [found] }
        return [created - earlier, found]
    }

    /// In the order of their IDs.
    private func mails(_ store: any Store, _ starts: [Timestamp]) async throws -> [Mail] {
        var mails: [String: Mail] = [:]
        for start in starts {
            let some = try await store.mails(state: nil, after: UUIDv7.lowerBound(start), limit: Self.mailLimit)
            for mail in some { mails[mail.id] = mail }
            if some.count < Self.mailLimit { break }
        }
        return mails.values.sorted { $0.id < $1.id }
    }

    /// In the order of time; then those of which no time is known, and last what is still to come.
    static func inOrder(_ steps: [StoryStep]) -> [StoryStep] {
        func key(_ step: (offset: Int, element: StoryStep)) -> (Int, Int64, Int) {
            (step.element.mark == .waiting ? 1 : 0, step.element.at?.milliseconds ?? .max, step.offset)
        }
        return steps.enumerated().sorted { key($0) < key($1) }.map(\.element)
    }

    private static func created(_ account: Account) -> StoryStep {
        let user = account.user
        let names = [user.name, user.company].filter { !$0.isEmpty }.joined(separator: ", ")
        let state = account.isDisabled ? ", now disabled" : ""
        return StoryStep(
            user.createdAt, .done, "user created", "\(user.email)\(names.isEmpty ? "" : ", \(names)"), role \(account.role.rawValue)\(state)")
    }

    private static func step(_ entry: AuditEntry) -> StoryStep {
        let address = entry.address.isEmpty ? "" : " from \(entry.address)"
        let detail = entry.detail.isEmpty ? "" : ", \(entry.detail)"
        let outcome = entry.outcome == "ok" ? "" : ": \(entry.outcome)"
        return StoryStep(entry.at, entry.outcome == "ok" ? .done : .problem, entry.action, "by \(entry.actor)\(address)\(detail)\(outcome)")
    }

    private static func step(_ event: Event) -> StoryStep {
        let isDead = event.subject.description.hasPrefix("dead-letter.")
        let reason = event.headers[HeaderName.deadReason].map { ": \(Secrets.hidden(in: $0))" } ?? ""
        return StoryStep(event.time, isDead ? .problem : .done, "event \(event.sequence)", "\(event.subject)\(reason)")
    }

    private static func steps(_ mail: Mail) -> [StoryStep] {
        var steps = [StoryStep(mail.createdAt, .done, "mail queued", "\(mail.template.rawValue) to \(mail.to)")]
        let reply = mail.lastReply.isEmpty ? "" : ": \(mail.lastReply)"
        switch mail.state {
        case .sent: steps.append(StoryStep(nil, .done, "mail sent", "at try \(mail.attempts)\(reply)"))
        case .dead: steps.append(StoryStep(nil, .problem, "mail given up", "after \(mail.attempts) \(mail.attempts == 1 ? "try" : "tries")\(reply)"))
        case .sending: steps.append(StoryStep(nil, .waiting, "mail try \(mail.attempts)", "is on its way"))
        case .queued:
            if mail.attempts > 0 { steps.append(StoryStep(nil, .problem, "mail try \(mail.attempts)", "failed\(reply)")) }
            steps.append(StoryStep(mail.nextAttemptAt, .waiting, "mail try \(mail.attempts + 1)", "is due then"))
        }
        return steps
    }

    /// The events about this user or with this ID: those soon after each start, and the last ones.
    private func events(userID: String?, _ subject: StorySubject, _ starts: [Timestamp]) async -> (events: [Event], remark: String?) {
        do {
            let bus = try engines.bus()
            var found: [Int64: Event] = [:]
            var isWhole = false
            for start in starts.map(StartPosition.time) + [.last(Self.eventLimit)] {
                let reader = try await bus.reader(subjects: [SubjectFilter(">")], from: start)
                let reachesEnd = try await closing(
                    { await reader.close() }, after: { try await look(reader, userID: userID, subject, into: &found) })
                isWhole = reachesEnd || isWhole
                if isWhole { break }
            }
            let remark = isWhole ? nil : "not all of them were looked at: there are too many since then"
            return (found.values.sorted { $0.sequence < $1.sequence }, remark)
        } catch {
            return ([], "cannot be read: \(ShippyError.reason(of: error))")
        }
    }

    /// - Returns: whether the end of the log was reached.
    private func look(_ reader: any EventReader, userID: String?, _ subject: StorySubject, into found: inout [Int64: Event]) async throws -> Bool {
        var count = 0
        while count < Self.eventLimit {
            let items = try await reader.next(limit: 500, wait: .zero)
            if items.isEmpty { return true }
            for case .event(let event) in items {
                count += 1
                let isOfUser = userID != nil && event.headers[HeaderName.id] == userID
                if isOfUser || event.id == subject.eventID { found[event.sequence] = event }
            }
        }
        return false
    }
}
