import ShippyCore
import ShippyEvents

/// What has been found out about the subject of a story so far, and what that makes part of it.
struct StoryKnowledge {
    let subject: StorySubject
    private(set) var userID: String?
    private(set) var account: Account?
    private(set) var origin: UserOrigin?
    private(set) var entries: [AuditEntry] = []
    private(set) var events: [Event] = []
    private(set) var mails: [Mail] = []
    /// Whether the user has more mails than were read.
    private(set) var hasMoreMails = false
    /// How many of the mails are the user's only as far as the address tells.
    private(set) var guessed = 0
    /// Whether the log's events are not known.
    var isBusAway = false
    private var addresses: Set<String> = []
    /// How the users were created whom the request has created.
    private var origins: [String: UserOrigin] = [:]

    init(_ subject: StorySubject) {
        self.subject = subject
        userID = subject.userID
        if let email = subject.email { addresses.insert(email.lowercased()) }
    }

    /// Learns from the event that the subject names whose story it is.
    mutating func learn(_ event: Event?) {
        guard let event else { return }
        userID = userID ?? event.userID
    }

    /// Reads the rows of the user, and the entries of the audit log.
    mutating func readUser(_ store: any Store) async throws {
        guard account == nil, entries.isEmpty else { return }
        // Only now: since an event named another user, the address may have got a new owner.
        if userID == nil, subject.kind != .request, let email = subject.email { userID = try await store.account(email: email)?.user.id }
        if let userID {
            account = try await store.account(id: userID)
            origin = try await store.origin(ofUser: userID)
            let actor = "user:\(userID)"
            entries = try await store.auditEntries(AuditFilter(target: actor), .before(nil), limit: StoryReader.entryLimit)
            entries += try await store.auditEntries(AuditFilter(actor: actor), .before(nil), limit: StoryReader.entryLimit)
        }
        if subject.kind == .request {
            let since = UUIDv7.lowerBound(subject.since - StoryReader.earlier)
            entries += try await store.auditEntries(AuditFilter(), .after(since), limit: StoryReader.mailLimit)
                .filter { $0.requestID == subject.requestID }
        }
        sortEntries()
        if let account { addresses.insert(account.user.email.description.lowercased()) }
    }

    /// In order, each once.
    private mutating func sortEntries() {
        var seen: Set<String> = []
        entries = entries.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
    }

    mutating func take(_ events: [Event]) {
        self.events = events
        guard subject.kind != .request else { return }
        for event in events where !event.subject.isSettlement {
            if let user = StorySubject.user(event) { addresses.insert(user.email.lowercased()) }
        }
    }

    /// How those users were created whom a request has created: an import may have created very many.
    mutating func readOrigins(_ store: any Store) async throws {
        guard subject.kind == .request else { return }
        for id in events.filter({ $0.subject == .userCreated }).compactMap(\.userID).prefix(StoryReader.triedLimit) {
            origins[id] = try await store.origin(ofUser: id)
        }
    }

    /// The times near which there are events: when the user was created and changed, and when that happened by which the story was found.
    var times: [Timestamp] {
        let created = account?.user.createdAt ?? userID.flatMap(UUIDv7.time)
        let changes = entries.filter { $0.outcome == AuditOutcome.ok.rawValue && AuditAction(rawValue: $0.action)?.isAnnounced == true }.map(\.at)
        return [created, subject.since].compactMap(\.self) + changes.suffix(StoryReader.timeLimit)
    }

    func concerns(_ event: Event) -> Bool {
        if let eventID = subject.eventID, event.id == eventID || event.originalID == eventID { return true }
        if subject.kind == .request { return event.headers[HeaderName.requestID] == subject.requestID }
        return userID != nil && event.userID == userID
    }

    /// What to look for in the log. A note that a dead letter was dropped names only the dead letter.
    func selection() -> (Event) -> Bool {
        var letters: Set<String> = []
        return { event in
            if let letter = DeadLetter.id(settledBy: event.subject, event.id), letters.contains(letter) { return true }
            guard concerns(event) else { return false }
            if event.subject.deadLetterGroup != nil { letters.insert(event.id) }
            return true
        }
    }

    /// Adds the open dead letters, which come long after their events.
    func withDeadLetters(_ events: [Event], _ bus: any EventBus) async throws -> [Event] {
        guard let first = events.first else { return events }
        let known = Set(events.map(\.sequence))
        let letters = try await bus.deadLetters(after: first.sequence, limit: StoryReader.mailLimit).map(\.event)
        return (events + letters.filter { concerns($0) && !known.contains($0.sequence) }).sorted { $0.sequence < $1.sequence }
    }

    /// The mails of the user and of the events. Mails that do not tell whose they are, because an earlier release queued them, and those of
    /// a request, are looked for near the beginning and among the newest.
    mutating func readMails(_ store: any Store) async throws {
        let ids = Set(events.map(\.originalID) + [subject.eventID].compactMap(\.self))
        var found: [String: Mail] = [:]
        if let userID, subject.kind != .request {
            let newest = try await store.mails(MailFilter(userID: userID, newestFirst: true), after: nil, limit: StoryReader.mailLimit)
            for mail in newest { found[mail.id] = mail }
            hasMoreMails = newest.count == StoryReader.mailLimit
        }
        for part in ids.sorted().parts(of: 500) {
            for mail in try await store.mails(ofEvents: part) { found[mail.id] = mail }
        }
        let start = UUIDv7.lowerBound((times.min() ?? subject.since) - StoryReader.earlier)
        let first = try await store.mails(state: nil, after: start, limit: StoryReader.mailLimit)
        var others = first
        if first.count == StoryReader.mailLimit { others += try await store.mails(state: nil, before: nil, limit: StoryReader.mailLimit) }
        // A repeated mail is of the same event.
        for mail in others where found[mail.id] == nil && concerns(mail) {
            found[mail.id] = mail
            if mail.userID == nil, subject.kind != .request, mail.id != subject.id { guessed += 1 }
        }
        mails = found.values.sorted { $0.id < $1.id }
        // What somebody did to them.
        for mail in mails.suffix(StoryReader.triedLimit) {
            entries += try await store.auditEntries(AuditFilter(target: "mail:\(mail.id)"), .before(nil), limit: StoryReader.entryLimit)
        }
        sortEntries()
    }

    private func concerns(_ mail: Mail) -> Bool {
        if mail.id == subject.id { return true }
        if subject.kind == .request { return mail.requestID == subject.requestID }
        if let owner = mail.userID { return owner == userID }
        guard addresses.contains(mail.to.description.lowercased()) else { return false }
        // An address may have had other owners before and later, whose mails are not part of this story. The event may have expired.
        guard let begin = account?.user.createdAt ?? userID.flatMap(UUIDv7.time) else { return mail.eventID == nil }
        let deletion = entries.last { $0.action == AuditAction.deleteUser.rawValue && $0.outcome == AuditOutcome.ok.rawValue }
        return mail.createdAt >= begin && (account != nil || mail.createdAt <= deletion?.at ?? mail.createdAt)
    }

    /// What has happened, without the mails.
    func steps() -> [StoryStep] {
        var steps: [StoryStep] = []
        let creations = entries.filter { $0.action == AuditAction.createUser.rawValue && $0.outcome == AuditOutcome.ok.rawValue }
        let announced = events.filter { $0.subject == .userCreated }
        var told: Set<String> = []
        if let account {
            steps.append(StoryStep.created(account, origin, announced.first))
            told.insert("user:\(account.user.id)")
        } else if let userID, let step = StoryStep.created(deleted: userID, creations.first { $0.target == "user:\(userID)" }, announced.first) {
            steps.append(step)
            told.insert("user:\(userID)")
        } else {
            for event in announced {
                guard let id = event.userID, told.insert("user:\(id)").inserted else { continue }
                let entry = creations.first { $0.target == "user:\(id)" }
                if let step = StoryStep.created(deleted: id, entry, event, origins[id]) { steps.append(step) }
            }
        }
        steps += entries.filter { $0.action != AuditAction.createUser.rawValue || !told.contains($0.target) }.map(StoryStep.entry)
        return steps + eventSteps()
    }

    /// Events of a change tell what it changed.
    private func eventSteps() -> [StoryStep] {
        var last: [String: EventUser] = [:]
        return events.map { event in
            var step = StoryStep.event(event)
            // A notice may be to an earlier address.
            guard !event.subject.isSettlement, event.subject != .userNotice, let id = event.userID, let user = StorySubject.user(event) else {
                return step
            }
            let changes = last.updateValue(user, forKey: id).map { StoryStep.changes(from: $0, to: user) } ?? ""
            if !changes.isEmpty { step.detail += ": \(changes)" }
            return step
        }
    }

    /// The subject with the name of the user, where it had none.
    func named(_ subject: StorySubject) -> StorySubject {
        guard subject.name == subject.id, let email = account?.user.email.description ?? lastAddress else { return subject }
        var subject = subject
        subject.name = email
        return subject
    }

    private var lastAddress: String? {
        guard subject.kind == .user else { return nil }
        return events.last { !$0.subject.isSettlement && $0.userID == userID }.flatMap(StorySubject.user)?.email
    }
}

extension AuditAction {
    /// Whether an event is published with it, or nearly always. Log-ins are many, and announced only if somebody wants that.
    fileprivate var isAnnounced: Bool {
        switch self {
        case .createUser, .updateUser, .setRole, .disableUser, .enableUser, .deleteUser, .setPassword, .resetPassword, .requestPasswordReset,
            .requestConfirmation, .confirmAddress:
            true
        default: false
        }
    }
}

extension Event {
    /// The ID of the user that it is about; nil if it has none.
    var userID: String? { headers[HeaderName.id] }
}

extension StoryEvents {
    /// The event that a subject names, if it is still on the bus.
    func event(of subject: StorySubject) async throws -> Event? {
        guard let id = subject.eventID else { return nil }
        var found: Event?
        for earlier in Self.earlier where found == nil {
            try await look(from: .time((UUIDv7.time(id) ?? subject.since) - earlier)) { event in
                if event.id == id { found = event }
                return found == nil
            }
        }
        return found
    }
}

extension Array {
    fileprivate func parts(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
