import ShippyAccess
import ShippyCore
import ShippyEvents

/// The mail that a `user.notice` asks for.
enum NoticeMail {
    /// - Throws: ``ShippyError`` `.malformed` if the event names no template for notices, lacks a link that the template needs, or has
    ///   one that is not for this template and user; and as ``EventMail``.
    static func mail(for event: Event, at now: Timestamp) throws -> Mail {
        let mail = try EventMail(event)
        let template = try template(event)
        let link = event.headers[HeaderName.link] ?? ""
        try check(link, template, mail)
        return try mail.mail(template, key: mail.eventID ?? event.id, link: link, at: now)
    }

    private static func template(_ event: Event) throws -> Mail.Template {
        guard let name = event.headers[HeaderName.notice] else {
            throw ShippyError(.malformed, "the event has no header \(HeaderName.notice), which names the mail's template")
        }
        guard let template = Mail.Template(rawValue: name), template.isNotice else {
            let names = Mail.Template.allCases.filter(\.isNotice).map(\.rawValue).joined(separator: ", ")
            throw ShippyError(.malformed, "\(name.quoted(limit: 80)) is not a template for notices: use one of \(names)")
        }
        return template
    }

    private static func check(_ text: String, _ template: Mail.Template, _ mail: EventMail) throws {
        guard !text.isEmpty else {
            if template.needsLink { throw ShippyError(.malformed, "a mail \(template.rawValue) needs a link, in the header \(HeaderName.link)") }
            return
        }
        // The text is not shown: what looks like a link may be somebody's token.
        guard let link = try? MailLink(text: text) else { throw ShippyError(.malformed, "the header \(HeaderName.link) is malformed") }
        guard link.purpose == template.linkPurpose else {
            throw ShippyError(.malformed, "the header \(HeaderName.link) has a link that is not for a mail \(template.rawValue)")
        }
        guard link.userID == mail.user.id else {
            throw ShippyError(.malformed, "the header \(HeaderName.link) has a link for another user")
        }
    }
}
