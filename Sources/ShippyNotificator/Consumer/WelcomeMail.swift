import ShippyCore
import ShippyEvents

/// The welcome mail for a new user.
enum WelcomeMail {
    /// In bytes. Stores limit the length of an index key, and a key that is refused would hold up every other mail. Mail servers
    /// limit the length of a Message-ID, which contains the key.
    private static let keyLimit = 240

    /// The mail for an event; nil if the event asks for none.
    /// - Throws: ``ShippyError`` if the event contains no user, an address that cannot be mailed, or an ID that is too long.
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

    /// The event ID from the headers. For a foreign event without one: its `id` header, its user's ID or, failing both, the bus's
    /// ID.
    private static func deduplicationKey(_ event: Event, _ user: EventUser) -> String {
        if let id = event.headers[HeaderName.natsMessageID] ?? event.headers[HeaderName.eventID] { return id }
        if let id = event.headers[HeaderName.id] { return id }
        return user.id.isEmpty ? event.id : user.id
    }

    /// A user's name or company. Foreign events may contain text of any length: it is cut after a whole character.
    private static func field(_ text: String) -> String {
        let text = withoutNUL(text)
        guard var end = text.utf8.index(text.startIndex, offsetBy: UserField.byteLimit, limitedBy: text.endIndex) else { return text }
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }

    /// Removes NULs. Foreign events may contain them, and not every store accepts them.
    private static func withoutNUL(_ text: String) -> String {
        text.utf8.contains(0) ? text.replacing("\0", with: "") : text
    }
}
