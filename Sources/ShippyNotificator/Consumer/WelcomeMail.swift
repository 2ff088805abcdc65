import ShippyAccess
import ShippyCore
import ShippyEvents

/// The welcome mail for a new user.
enum WelcomeMail {
    /// The mail for an event; nil if the event asks for none.
    ///
    /// - Parameter secret: makes a link to confirm the address; nil for a mail without. Nor has a user without an ID a link.
    /// - Throws: ``ShippyError`` if the event contains no user, an address that cannot be mailed, or an ID that is too long.
    static func mail(for event: Event, at now: Timestamp, confirmingWith secret: AccessSecret?) throws -> Mail? {
        let mail = try EventMail(event)
        if event.headers[HeaderName.welcome] == "no" { return nil }
        let link = secret.flatMap { MailLink(confirmingNewUser: mail.user.id, at: now, $0) }
        return try mail.mail(.welcome, key: key(mail), link: link?.text ?? "", at: now)
    }

    /// The event ID. For a foreign event without one: its `id` header, its user's ID or, failing both, the bus's ID.
    private static func key(_ mail: EventMail) -> String {
        if let id = mail.eventID ?? mail.event.headers[HeaderName.id] { return id }
        return mail.user.id.isEmpty ? mail.event.id : mail.user.id
    }
}
