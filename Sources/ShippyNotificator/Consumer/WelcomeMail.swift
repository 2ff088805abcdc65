import ShippyCore
import ShippyEvents

/// The welcome mail for a new user.
enum WelcomeMail {
    /// In bytes. A store's index does not take keys of any length, and a key that it refuses would hold up every other mail. Nor do
    /// mail servers take a Message-ID of any length, which is made of it.
    private static let keyLimit = 240

    /// The mail for an event; nil if the event asks for none.
    /// - Throws: ``ShippyError`` when the event contains no user, or an address that cannot be mailed.
    static func mail(for event: Event, at now: Timestamp) throws -> Mail? {
        guard case .user(let user, _) = DecodedPayload(event) else {
            throw ShippyError(.malformed, "the payload is not a user in a known format")
        }
        if event.headers[HeaderName.welcome] == "no" { return nil }
        let key = withoutNUL(deduplicationKey(event, user))
        guard key.utf8.count <= keyLimit else { throw ShippyError(.malformed, "the event's ID is longer than \(keyLimit) bytes") }
        let address = try EmailAddress(user.email)
        return Mail(
            id: UUIDv7.next(at: now), to: address, template: .welcome, nextAttemptAt: now,
            eventID: key, requestID: RequestID.accept(event.headers[HeaderName.requestID]),
            createdAt: now, name: field(user.name), company: field(user.company))
    }

    /// The event ID. For an event from elsewhere without one, its `id` header or its user's ID.
    private static func deduplicationKey(_ event: Event, _ user: EventUser) -> String {
        if let id = event.headers[HeaderName.natsMessageID] ?? event.headers[HeaderName.eventID] { return id }
        if let id = event.headers[HeaderName.id] { return id }
        return user.id.isEmpty ? event.id : user.id
    }

    /// A user's name or company, which in events from elsewhere may be of any length: its beginning then, of whole characters.
    private static func field(_ text: String) -> String {
        let text = withoutNUL(text)
        guard var end = text.utf8.index(text.startIndex, offsetBy: UserField.byteLimit, limitedBy: text.endIndex) else { return text }
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }

    /// Events from elsewhere may contain a NUL, which not every store accepts.
    private static func withoutNUL(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "") : text
    }
}
