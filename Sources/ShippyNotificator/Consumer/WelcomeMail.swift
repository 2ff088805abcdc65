import ShippyCore
import ShippyEvents

/// The mail that greets a new user.
enum WelcomeMail {
    /// The mail for an event; nil for one that asks for none.
    /// - Throws: ``ShippyError`` when the event holds no user, or an address that no mail may go to.
    static func mail(for event: Event, at now: Timestamp) throws -> Mail? {
        guard case .user(let user, _) = DecodedPayload(event) else {
            throw ShippyError(.malformed, "the payload is not a user in a known format")
        }
        if event.headers[HeaderName.welcome] == "no" { return nil }
        let address = try EmailAddress(user.email)
        return Mail(
            id: UUIDv7.next(at: now), to: address, template: .welcome, nextAttemptAt: now,
            eventID: withoutNUL(deduplicationKey(event, user)), requestID: RequestID.accept(event.headers[HeaderName.requestID]),
            createdAt: now, name: withoutNUL(user.name), company: withoutNUL(user.company))
    }

    /// The event id. An event from elsewhere without one goes by its `id` header or its user's id.
    private static func deduplicationKey(_ event: Event, _ user: EventUser) -> String {
        if let id = event.headers[HeaderName.natsMessageID] ?? event.headers[HeaderName.eventID] { return id }
        if let id = event.headers[HeaderName.id] { return id }
        return user.id.isEmpty ? event.id : user.id
    }

    /// Events from elsewhere may hold a NUL, which not every store takes.
    private static func withoutNUL(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "") : text
    }
}
