package import ShippyAccess
package import ShippyCore

/// Makes the links in mails. Only here, right before a mail is sent, a link becomes one that can be used.
package struct MailLinks: Sendable {
    /// A link as it is in the mail.
    struct Rendered: Hashable, Sendable {
        var url: String
        var expiresAt: Timestamp
    }

    private let publicURL: PublicURL
    private let secret: @Sendable () async throws -> AccessSecret

    /// Links that are only looked at: see ``MailRenderer/preview(_:links:)``.
    package init(publicURL: PublicURL) {
        self.init(publicURL: publicURL) { throw ShippyError(.failed, "no link is made here") }
    }

    /// - Parameters:
    ///   - publicURL: where users reach the users service.
    ///   - secret: the installation's secret. It throws as long as this process cannot know whether it has the right one.
    package init(publicURL: PublicURL, secret: @escaping @Sendable () async throws -> AccessSecret) {
        self.publicURL = publicURL
        self.secret = secret
    }

    /// The link for `mail`, the same at each attempt; nil for a mail without, and for one that makes sense without its link if that has
    /// expired.
    ///
    /// - Throws: ``ShippyError`` `.invalid` if the mail makes no sense any more, `.unavailable` if it can be tried again later.
    func link(for mail: Mail, at now: Timestamp) async throws(ShippyError) -> Rendered? {
        guard !mail.link.isEmpty else {
            if mail.template.needsLink { throw ShippyError(.invalid, "the mail has no link") }
            return nil
        }
        guard let link = try? MailLink(text: mail.link) else { throw ShippyError(.invalid, "the mail's link is malformed") }
        guard now < link.expiresAt else {
            if mail.template.needsLink { throw ShippyError(.invalid, "the link ran out before the mail could be sent") }
            return nil
        }
        guard !link.isTooLong(at: now) else { throw ShippyError(.invalid, "the mail's link would be valid for longer than any is") }
        let secret: AccessSecret
        do {
            secret = try await self.secret()
        } catch {
            throw ShippyError(.unavailable, "cannot make the mail's link: \(ShippyError.reason(of: error))")
        }
        return Rendered(url: publicURL.link(link.purpose, token: link.token(for: mail.to, secret)), expiresAt: link.expiresAt)
    }

    /// The link in `mail` as anybody may see it: it leads nowhere. Nil for a mail without one.
    func hiddenLink(for mail: Mail) -> Rendered? {
        guard let link = try? MailLink(text: mail.link) else { return nil }
        return Rendered(url: publicURL.link(link.purpose, token: "…"), expiresAt: link.expiresAt)
    }

    /// The text of a link for a mail that is only looked at, valid from now on; empty for a mail that has none.
    package static func sample(_ template: Mail.Template, of user: User) -> String {
        guard let purpose = template.linkPurpose else { return "" }
        let account = Account(user: user, role: .user, isDisabled: false, passwordHash: nil, revision: 1)
        return MailLink(purpose, for: account, at: .now, AccessSecret.random()).text
    }
}
