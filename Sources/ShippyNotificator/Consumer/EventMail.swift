import ShippyCore
import ShippyEvents

/// A mail to the user in an event.
struct EventMail {
    /// In bytes. Stores limit the length of an index key, and a key that is refused would hold up every other mail. Mail servers
    /// limit the length of a Message-ID, which contains the key.
    private static let keyLimit = 240

    let event: Event
    let user: EventUser

    /// - Throws: ``ShippyError`` `.malformed` if the event contains no user.
    init(_ event: Event) throws {
        guard case .user(let user, _) = DecodedPayload(event) else {
            throw ShippyError(.malformed, "the payload is not a user in a known format")
        }
        self.event = event
        self.user = user
    }

    /// The event ID from the headers; nil for a foreign event without one.
    var eventID: String? { event.headers[HeaderName.natsMessageID] ?? event.headers[HeaderName.eventID] }

    /// Nil for a foreign event that names no user, or one that has no place in an index.
    private var userID: String? {
        guard let id = event.headers[HeaderName.id] ?? (user.id.isEmpty ? nil : user.id) else { return nil }
        return id.utf8.count <= Self.keyLimit && !id.utf8.contains(0) ? id : nil
    }

    /// - Parameter key: the queue accepts one mail for each.
    /// - Throws: ``ShippyError`` if the event contains an address that cannot be mailed, or `key` is too long.
    func mail(_ template: Mail.Template, key: String, link: String = "", at now: Timestamp) throws -> Mail {
        let key = Self.withoutNUL(key)
        guard key.utf8.count <= Self.keyLimit else { throw ShippyError(.malformed, "the event's ID is longer than \(Self.keyLimit) bytes") }
        let address = try EmailAddress(user.email)
        return Mail(
            id: UUIDv7.next(at: now), to: address, template: template, nextAttemptAt: now, eventID: key,
            requestID: RequestID.accept(event.headers[HeaderName.requestID]), createdAt: now, name: Self.field(user.name),
            company: Self.field(user.company), link: link, trace: event.headers[HeaderName.trace].flatMap(Trace.init),
            userID: userID)
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
