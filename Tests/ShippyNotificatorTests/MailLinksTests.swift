import ShippyAccess
import ShippyCore
import TestSupport
import Testing

@testable import ShippyNotificator

@Suite struct MailLinksTests {
    private let now = Timestamp(milliseconds: 1_767_323_045_678)
    private let account = Account(user: Samples.user(), role: .user, isDisabled: false, passwordHash: "hash", revision: 1)

    private func mail(_ template: Mail.Template, _ purpose: LinkPurpose?) -> Mail {
        var mail = Samples.mail(account.user.email.description)
        mail.template = template
        mail.link = purpose.map { MailLink($0, for: account, at: now, .ofTests).text } ?? ""
        return mail
    }

    private func token(_ link: MailLinks.Rendered?, under path: String) throws -> String {
        let url = try #require(link?.url)
        let prefix = "https://accounts.example.org\(path)?token="
        #expect(url.hasPrefix(prefix), "\(url.prefix(60))")
        return String(url.dropFirst(prefix.count))
    }

    @Test(arguments: [
        (Mail.Template.confirmAddress, LinkPurpose.confirmAddress, "/confirm"), (.addressChanged, .confirmAddress, "/confirm"),
        (.welcome, .confirmAddress, "/confirm"), (.resetPassword, .resetPassword, "/password"),
    ])
    func theTokenIsGoodForTheAccount(template: Mail.Template, purpose: LinkPurpose, path: String) async throws {
        let link = try await MailLinks.forTests().link(for: mail(template, purpose), at: now)
        let token = try token(link, under: path)
        try MailLink.verify(token, for: account, at: now, .ofTests)
        #expect(try MailLink.claimed(by: token).purpose == purpose)
        #expect(link?.expiresAt == now + MailLink.lifetime)
        // What the queue holds is no token.
        #expect(!token.contains(mail(template, purpose).link) || token != mail(template, purpose).link)
        #expect(throws: TokenRefusal.self) { try MailLink.claimed(by: mail(template, purpose).link) }
    }

    @Test func aMailIsTheSameAtEachAttempt() async throws {
        let renderer = try MailRenderer(directory: nil, sender: EmailAddress("shippy@example.org"))
        var mail = mail(.resetPassword, .resetPassword)
        let first = try renderer.render(mail, link: await MailLinks.forTests().link(for: mail, at: now)).message
        mail.attempts = 7
        let later = now + .seconds(3599)
        #expect(try renderer.render(mail, link: await MailLinks.forTests().link(for: mail, at: later)).message == first)
    }

    @Test(arguments: [(Mail.Template.confirmAddress, LinkPurpose.confirmAddress), (.resetPassword, .resetPassword)])
    func aMailIsNotSentWithALinkThatRanOut(template: Mail.Template, purpose: LinkPurpose) async throws {
        let error = await #expect(throws: ShippyError.self) {
            try await MailLinks.forTests().link(for: mail(template, purpose), at: now + MailLink.lifetime)
        }
        #expect(error == ShippyError(.invalid, "the link ran out before the mail could be sent"))
    }

    @Test(arguments: [Mail.Template.addressChanged, .welcome])
    func aMailThatMakesSenseWithoutItsLinkGoesWithoutIt(template: Mail.Template) async throws {
        let mail = mail(template, .confirmAddress)
        #expect(try await MailLinks.forTests().link(for: mail, at: now + MailLink.lifetime) == nil)
        #expect(try await MailLinks.forTests().link(for: mail, at: now + MailLink.lifetime - .milliseconds(1)) != nil)
    }

    @Test func aMailWithoutALinkNeedsNoSecret() async throws {
        let links = MailLinks.forTests { throw ShippyError(.denied, "another secret") }
        for template in [Mail.Template.welcome, .message, .passwordChanged, .addressChanged] {
            #expect(try await links.link(for: mail(template, nil), at: now) == nil)
        }
    }

    /// As after an edit in the database.
    @Test(arguments: ["", "x", "shl_AAAA"])
    func aMailWhoseLinkIsMissingOrMalformedIsNotSent(text: String) async throws {
        var mail = mail(.resetPassword, nil)
        mail.link = text
        let error = await #expect(throws: ShippyError.self) { try await MailLinks.forTests().link(for: mail, at: now) }
        #expect(error?.code == .invalid)
    }

    @Test func withoutTheRightSecretTheMailWaits() async throws {
        let links = MailLinks.forTests { throw ShippyError(.denied, "the signing key k1 cannot be decrypted with this secret") }
        let error = await #expect(throws: ShippyError.self) { try await links.link(for: mail(.resetPassword, .resetPassword), at: now) }
        #expect(
            error == ShippyError(.unavailable, "cannot make the mail's link: the signing key k1 cannot be decrypted with this secret"))
    }

    @Test func aPreviewHasNoLinkThatWorks() async throws {
        var mail = Samples.mail()
        mail.template = .resetPassword
        mail.link = MailLinks.sample(.resetPassword, of: Samples.user())
        let preview = try MailRenderer(directory: nil, sender: EmailAddress("shippy@example.org")).preview(mail, links: .forTests())
        #expect(preview.subject == "Set a new password")
        for part in [preview.text, preview.html] {
            #expect(part.contains("https://accounts.example.org/") && part.contains("token=…"))
            #expect(!part.contains(MailLink.prefix))
        }
        #expect(preview.headers.map(\.name).starts(with: ["From", "To", "Subject", "Date", "Message-ID"]))
    }
}
