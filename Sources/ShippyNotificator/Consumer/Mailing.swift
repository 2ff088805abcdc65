package import ShippyAccess
package import ShippyCore
import ShippyEvents

/// What a ``MailConsumer`` does: the group that it belongs to, and the mail that it makes of each event.
package struct Mailing: Sendable {
    package let group: ConsumerConfiguration
    /// The mail for an event; nil if the event asks for none. Throws ``ShippyError`` for an event that no mail can be made of.
    let mail: @Sendable (Event, _ now: Timestamp) throws -> Mail?

    /// A welcome mail for each `user.created`.
    /// - Parameter secret: the mails have a link to confirm the address, made with this secret; nil for mails without.
    package static func welcome(confirmingWith secret: AccessSecret? = nil) -> Mailing {
        Mailing(group: .welcome) { event, now in try WelcomeMail.mail(for: event, at: now, confirmingWith: secret) }
    }

    /// The mail that each `user.notice` names.
    package static let notices = Mailing(group: .notices) { event, now in try NoticeMail.mail(for: event, at: now) }

    /// Why no mail can be made of an event; nil if one can, or the event asks for none.
    package func refusal(of event: Event) -> String? {
        do {
            _ = try mail(event, .now)
            return nil
        } catch {
            return ShippyError.reason(of: error)
        }
    }
}
