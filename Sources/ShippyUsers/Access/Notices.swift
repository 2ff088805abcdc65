import ShippyAccess
import ShippyCore
import ShippyEvents

/// Makes the events by which users are mailed something about their account.
struct Notices: Sendable {
    let encoding: EventEncoding
    /// The `ce-source` header of events.
    let source: String
    let secret: AccessSecret

    /// The mail with a link for the owner of the account's address.
    func link(_ purpose: LinkPurpose, to account: Account, at now: Timestamp, requestID: String) -> OutgoingEvent {
        notice(purpose.template, to: account.user, link: MailLink(purpose, for: account, at: now, secret), at: now, requestID: requestID)
    }

    /// What users are told of a change: that their password is another one, and, at both addresses, that their address is. The mail to the
    /// new address has a link that confirms it.
    func ofChange(from account: Account, to changed: Account, at now: Timestamp, requestID: String) -> [OutgoingEvent] {
        var events: [OutgoingEvent] = []
        if changed.passwordHash != account.passwordHash {
            events.append(notice(.passwordChanged, to: changed.user, at: now, requestID: requestID))
        }
        if !changed.user.email.isSame(as: account.user.email) {
            var atOldAddress = changed.user
            atOldAddress.email = account.user.email
            events.append(notice(.addressChanged, to: atOldAddress, at: now, requestID: requestID))
            let link = MailLink(.confirmAddress, for: changed, at: now, secret)
            events.append(notice(.addressChanged, to: changed.user, link: link, at: now, requestID: requestID))
        }
        return events
    }

    private func notice(
        _ template: Mail.Template, to user: User, link: MailLink? = nil, at now: Timestamp, requestID: String
    ) -> OutgoingEvent {
        encoding.notice(
            template, to: user, link: link?.text ?? "", at: now, eventID: UUIDv7.next(at: now), source: source, requestID: requestID)
    }
}
