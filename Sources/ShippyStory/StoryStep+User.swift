import ShippyCore
import ShippyEvents

extension StoryStep {
    /// - Parameters:
    ///   - origin: nil if nothing more is known.
    ///   - event: that which announced the user; nil if it is not on the bus any more.
    static func created(_ account: Account, _ origin: UserOrigin?, _ event: Event?) -> StoryStep {
        let user = account.user
        // As they were then, if that is still known.
        let then = event.flatMap(StorySubject.user)
        let now = account.isDisabled ? ", now disabled" : account.isConfirmed ? ", address confirmed" : ""
        return created(
            id: user.id, email: then?.email ?? user.email.description, name: then?.name ?? user.name,
            company: then?.company ?? user.company, at: user.createdAt,
            role: ", role \(account.role.rawValue)\(now)", origin, event)
    }

    /// A user who may have been deleted, as far as the log and the event know.
    ///
    /// - Parameter known: how the user was created, if the store still knows it.
    static func created(deleted id: String, _ entry: AuditEntry?, _ event: Event?, _ known: UserOrigin? = nil) -> StoryStep? {
        let user = event.flatMap(StorySubject.user)
        guard let at = entry?.at ?? event?.time ?? UUIDv7.time(id) else { return nil }
        let origin =
            known
            ?? entry.map { entry in
                var origin = UserOrigin(stored: entry.detail, createdBy: entry.actor, requestID: entry.requestID)
                origin.address = entry.address
                return origin
            }
        return created(
            id: id, email: user?.email ?? "", name: user?.name ?? "", company: user?.company ?? "", at: at, role: "", origin, event)
    }

    private static func created(
        id: String, email: String, name: String, company: String, at: Timestamp, role: String, _ origin: UserOrigin?, _ event: Event?
    ) -> StoryStep {
        let names = [email, name, company].filter { !$0.isEmpty }.joined(separator: ", ")
        var how: [String] = []
        if let origin {
            how.append("by \(origin.createdBy.isEmpty ? "anonymous" : origin.createdBy)")
            if let way = origin.way { how.append(way.phrase) }
            if !origin.address.isEmpty { how.append("from \(origin.address)") }
        }
        let hashed = origin?.hashing.map { "; password hashed in \($0.milliseconds) ms" } ?? ""
        let who = names.isEmpty ? "" : "\(names)\(role)\(how.isEmpty ? "" : "; ")"
        var step = StoryStep(at, .created, "user created", "\(who)\(how.joined(separator: " "))\(hashed)", key: id)
        step.add("user_id", id)
        step.add("email", email)
        step.add("name", name)
        step.add("company", company)
        step.add("actor", origin.map { $0.createdBy.isEmpty ? "anonymous" : $0.createdBy })
        step.add("via", origin?.way?.rawValue)
        step.add("address", origin?.address)
        step.add("hashing_ms", origin?.hashing?.milliseconds)
        step.add("request_id", origin?.requestID ?? event?.headers[HeaderName.requestID])
        step.add("trace", event?.trace)
        return step
    }

    /// What became of a user's fields: `email ada@a.example → ada@b.example`.
    static func changes(from old: EventUser, to new: EventUser) -> String {
        [("email", old.email, new.email), ("name", old.name, new.name), ("company", old.company, new.company)]
            .filter { $0.1 != $0.2 }
            .map { field, old, new in "\(field) \(old.isEmpty ? "none" : old) → \(new.isEmpty ? "none" : new)" }
            .joined(separator: ", ")
    }

    static func entry(_ entry: AuditEntry) -> StoryStep {
        let action = AuditAction(rawValue: entry.action)
        let isOk = entry.outcome == AuditOutcome.ok.rawValue
        let kind = Self.kind(action, isOk: isOk)
        let what = isOk ? Self.names[kind] ?? Self.words[entry.action] ?? entry.action : Self.failed(action) ?? "\(entry.action) \(entry.outcome)"
        var parts = entry.detail.isEmpty ? [] : [entry.detail]
        parts.append("by \(entry.actor)\(entry.address.isEmpty ? "" : " from \(entry.address)")")
        if !isOk, Self.failed(action) != nil { parts.append(entry.outcome) }
        var step = StoryStep(entry.at, kind, isOk ? .done : .problem, what, parts.joined(separator: "; "), key: entry.id)
        step.add("action", entry.action)
        step.add("actor", entry.actor)
        step.add("address", entry.address)
        step.add("target", entry.target)
        step.add("outcome", entry.outcome)
        step.add("request_id", entry.requestID)
        step.add("audit_id", entry.id)
        return step
    }

    private static func kind(_ action: AuditAction?, isOk: Bool) -> Kind {
        switch action {
        case .logIn: isOk ? .loggedIn : .loginFailed
        case _ where !isOk: .audit
        case .updateUser, .setRole, .confirmAddress: .updated
        case .disableUser: .disabled
        case .enableUser: .enabled
        case .deleteUser: .deleted
        case .setPassword, .resetPassword: .passwordChanged
        default: .audit
        }
    }

    private static let names: [Kind: String] = [
        .updated: "user updated", .disabled: "user disabled", .enabled: "user enabled", .deleted: "user deleted", .loggedIn: "logged in",
        .passwordChanged: "password changed",
    ]

    private static let words = [
        "user.logout": "logged out", "user.request-password-reset": "reset requested", "user.request-confirmation": "link requested",
        "session.revoke": "session revoked", "mail.retry": "mail retried", "mail.cancel": "mail cancelled", "mail.resend": "mail repeated",
    ]

    private static func failed(_ action: AuditAction?) -> String? {
        switch action {
        case .logIn: "log-in failed"
        case .reuseSession: "session ended"
        default: nil
        }
    }
}

extension StorySubject {
    /// The user in an event about one; nil for any other event.
    static func user(_ event: Event) -> EventUser? {
        if case .user(let user, _) = DecodedPayload(event) { user } else { nil }
    }
}

extension Event {
    /// As text; nil if it has none.
    var trace: String? { headers[HeaderName.trace].flatMap(Trace.init)?.description }

    /// The ID under which it was first published: that of the original, for a dead letter and its replay.
    var originalID: String { headers[HeaderName.deadID] ?? DeadLetter(self)?.originalID ?? id }
}
