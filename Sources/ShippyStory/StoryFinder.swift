package import ShippyCore
import ShippyEvents

/// Finds out whose story, or of what, somebody asks for.
package struct StoryFinder: Sendable {
    private let engines: StoryEngines
    /// Completes a bare name, as at creation; nil if there is no such domain.
    private let mailDomain: String?

    package init(_ engines: StoryEngines, mailDomain: String?) {
        self.engines = engines
        self.mailDomain = mailDomain
    }

    /// - Parameters:
    ///   - text: the ID of a user, an event, a mail, an audit entry or a request, an e-mail address, or the sequence of an event.
    ///   - since: looks from this time on, where otherwise the newest rows would be looked at; nil if it is not known.
    /// - Throws: ``ShippyError`` `.notFound`, with what was looked through; of the store; of the bus, if the subject is nowhere else.
    package func find(_ text: String, since: Timestamp?) async throws -> StorySubject {
        let id = UUIDv7.time(text.lowercased()) == nil ? text : text.lowercased()
        if text.contains("@") {
            if let found = try await byAddress(text, since) { return found }
            throw Self.unknown(text, "users, the events and the mails", since, isNear: since != nil)
        }
        if let found = try await byRow(id) { return found }
        let near = since ?? UUIDv7.time(id)
        if let found = try await byEntry(id, near) { return found }
        if let found = try await byEvent(id, near) { return found }
        if let found = try await byMail(id, near) { return found }
        throw Self.unknown(text, "users, the audit log, the events and the mails", since, isNear: near != nil)
    }

    private static func unknown(_ text: String, _ places: String, _ since: Timestamp?, isNear: Bool) -> ShippyError {
        let limits = "\(StoryEvents.limit) events and \(StoryReader.mailLimit) mails and audit entries"
        let extent =
            if let since {
                "the \(limits) from \(since) on"
            } else if isNear {
                "up to \(limits) around the time in the ID"
            } else {
                "the newest \(limits): if it is older, name a time with --since"
            }
        return ShippyError(.notFound, "nothing is known of \(text.quoted(limit: 80)): looked through \(places); \(extent)")
    }

    // MARK: By index

    private func byRow(_ id: String) async throws -> StorySubject? {
        let store = engines.store
        if let account = try await store.account(id: id) { return .of(account) }
        if let mail = try await store.mail(id: id) { return .of(mail) }
        if let mail = try await store.mails(ofEvents: [id]).first {
            return StorySubject(
                .event, id: id, name: "event \(id)", email: mail.to.description, eventID: id, requestID: mail.requestID, since: mail.createdAt)
        }
        if let entry = try await store.auditEntries(AuditFilter(target: "user:\(id)"), .before(nil), limit: 1).last {
            return StorySubject(.user, id: id, name: id, userID: id, since: UUIDv7.time(id) ?? entry.at)
        }
        guard let domain = mailDomain, let email = try? EmailAddress(id, defaultDomain: domain) else { return nil }
        return try await store.account(email: email.description).map(StorySubject.of)
    }

    // MARK: By looking through

    private func byAddress(_ text: String, _ since: Timestamp?) async throws -> StorySubject? {
        let address = (try? EmailAddress(text))?.description ?? text
        if let account = try await engines.store.account(email: address) { return .of(account) }
        let wanted = address.lowercased()
        var found: (user: EventUser, event: Event)?
        let start = since.map(StartPosition.time) ?? .last(StoryEvents.limit)
        try await StoryEvents(bus: try engines.bus()).look(from: start) { event in
            if !event.subject.isSettlement, let user = StorySubject.user(event), user.email.lowercased() == wanted { found = (user, event) }
            return true
        }
        if let found, let id = found.event.userID ?? (found.user.id.isEmpty ? nil : found.user.id) {
            return StorySubject(.user, id: id, name: address, email: address, userID: id, since: found.event.time)
        }
        return try await mails(since).last { $0.to.description.lowercased() == wanted }.map(StorySubject.of)
    }

    private func byEntry(_ id: String, _ near: Timestamp?) async throws -> StorySubject? {
        let page: AuditPage = near.map { .after(UUIDv7.lowerBound($0 - StoryReader.earlier)) } ?? .before(nil)
        var entries = try await engines.store.auditEntries(AuditFilter(), page, limit: StoryReader.mailLimit)
        if let time = UUIDv7.time(id) {
            // Its own place, however many there are around.
            entries += try await engines.store.auditEntries(AuditFilter(since: time, until: time), .after(nil), limit: StoryReader.mailLimit)
        }
        if let entry = entries.first(where: { $0.id == id }) {
            if entry.target.hasPrefix("user:") {
                let user = String(entry.target.dropFirst("user:".count))
                return StorySubject(.user, id: user, name: user, userID: user, since: UUIDv7.time(user) ?? entry.at)
            }
            return .request(entry.requestID, since: entry.at)
        }
        return entries.first { $0.requestID == id }.map { .request(id, since: $0.at) }
    }

    private func byEvent(_ id: String, _ near: Timestamp?) async throws -> StorySubject? {
        let events = StoryEvents(bus: try engines.bus())
        var found: Event?
        if let sequence = Int64(id), sequence > 0 {
            try await events.look(from: .sequence(sequence), limit: 1) { event in
                if event.sequence == sequence { found = event }
                return false
            }
            if let found { return .of(found) }
        }
        var isOfUser = false
        let starts = near.map { near in StoryEvents.earlier.map { StartPosition.time(near - $0) } } ?? [.last(StoryEvents.limit)]
        for start in starts where found == nil {
            try await events.look(from: start) { event in
                isOfUser = event.userID == id
                if event.id == id || event.originalID == id || isOfUser || event.headers[HeaderName.requestID] == id { found = event }
                return found == nil
            }
        }
        guard let found else { return nil }
        if isOfUser { return StorySubject(.user, id: id, name: id, userID: id, since: UUIDv7.time(id) ?? found.time) }
        return found.id == id || found.originalID == id ? .of(found) : .request(id, since: found.time)
    }

    private func byMail(_ id: String, _ near: Timestamp?) async throws -> StorySubject? {
        try await mails(near.map { $0 - StoryReader.earlier }).first { $0.requestID == id }.map { .request(id, since: $0.createdAt) }
    }

    /// From this time on, or the newest; oldest first.
    private func mails(_ since: Timestamp?) async throws -> [Mail] {
        guard let since else { return try await engines.store.mails(state: nil, before: nil, limit: StoryReader.mailLimit).reversed() }
        return try await engines.store.mails(state: nil, after: UUIDv7.lowerBound(since), limit: StoryReader.mailLimit)
    }
}

extension StorySubject {
    static func of(_ account: Account) -> StorySubject {
        let user = account.user
        return StorySubject(
            .user, id: user.id, name: user.email.description, email: user.email.description, userID: user.id, since: user.createdAt)
    }

    static func of(_ mail: Mail) -> StorySubject {
        StorySubject(
            .mail, id: mail.id, name: "mail to \(mail.to)", email: mail.to.description, userID: mail.userID, eventID: mail.eventID,
            requestID: mail.requestID, since: mail.createdAt)
    }

    static func of(_ event: Event) -> StorySubject {
        StorySubject(
            .event, id: event.id, name: "event \(event.sequence) \(event.subject)", email: user(event)?.email, userID: event.userID,
            eventID: event.originalID, requestID: event.headers[HeaderName.requestID], since: event.time)
    }

    static func request(_ id: String, since: Timestamp) -> StorySubject {
        StorySubject(.request, id: id, name: "request \(id)", requestID: id, since: since)
    }
}
