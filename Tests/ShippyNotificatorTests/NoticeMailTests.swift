import ShippyAccess
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyNotificator

@Suite struct NoticeMailTests {
    private let now = Timestamp(milliseconds: 1_767_323_045_678)
    private let account = Account(user: Samples.user(), role: .user, isDisabled: false, passwordHash: "hash", revision: 1)

    private func link(_ purpose: LinkPurpose) -> String { MailLink(purpose, for: account, at: now, .ofTests).text }

    private func event(_ event: OutgoingEvent) -> Event {
        Event(sequence: 1, id: event.id, subject: event.subject, time: event.time, headers: event.headers, payload: event.payload)
    }

    private func mail(_ outgoing: OutgoingEvent) throws -> Mail? { try Mailing.notices.mail(event(outgoing), now) }

    private func notice(_ template: Mail.Template, link: String = "", id: String = "e1", encoding: EventEncoding = .json) -> OutgoingEvent {
        encoding.notice(template, to: account.user, link: link, at: now, eventID: id, source: "/test", requestID: "r1")
    }

    /// An event with these headers, and no others.
    private func foreign(_ headers: [(String, String)], id: String = "on the bus") -> OutgoingEvent {
        OutgoingEvent(id: id, subject: .userNotice, time: now, headers: EventHeaders(headers), payload: account.user.json)
    }

    private func reason(_ event: OutgoingEvent) throws -> String {
        let error = try #require(throws: ShippyError.self) { try mail(event) }
        #expect(error.code == .malformed)
        return error.message
    }

    @Test(arguments: EventEncoding.allCases)
    func theMailIsTheOneThatTheEventNames(encoding: EventEncoding) throws {
        let text = link(.resetPassword)
        let mail = try #require(try mail(notice(.resetPassword, link: text, encoding: encoding)))
        #expect(mail.template == .resetPassword && mail.link == text && mail.to == account.user.email)
        #expect(mail.eventID == "e1" && mail.requestID == "r1" && mail.createdAt == now && mail.nextAttemptAt == now)
        #expect(mail.name == account.user.name && mail.company == account.user.company && mail.content.isEmpty)
    }

    @Test func onlySomeMailsHaveALink() throws {
        #expect(try mail(notice(.passwordChanged))?.link == "")
        #expect(try mail(notice(.addressChanged))?.link == "")
        #expect(try mail(notice(.addressChanged, link: link(.confirmAddress)))?.link == link(.confirmAddress))
        #expect(try mail(notice(.confirmAddress, link: link(.confirmAddress)))?.template == .confirmAddress)
    }

    @Test(arguments: ["welcome", "message", "", "Reset-Password", "reset-password ", "../reset-password", "no\u{1b}such"])
    func onlyTemplatesForNoticesMayBeNamed(name: String) throws {
        let reason = try reason(foreign([(HeaderName.notice, name), (HeaderName.link, link(.resetPassword))]))
        #expect(reason.contains("is not a template for notices: use one of confirm-address, reset-password, password-changed, address-changed"))
        #expect(!reason.contains("\u{1b}"))
    }

    @Test func aTemplateMustBeNamed() throws {
        #expect(try reason(foreign([])).contains("no header Shippy-Notice"))
    }

    @Test(arguments: [Mail.Template.confirmAddress, .resetPassword])
    func aLinkThatIsNeededMustBeThere(template: Mail.Template) throws {
        #expect(try reason(notice(template)).contains("needs a link"))
    }

    @Test func aMalformedLinkIsRefusedWithoutShowingIt() throws {
        let token = MailLink(.resetPassword, for: account, at: now, .ofTests).token(for: account.user.email, .ofTests)
        for text in ["x", token, String(link(.resetPassword).dropLast(70)), link(.resetPassword) + "=", String(repeating: "A", count: 100_000)] {
            let reason = try reason(notice(.resetPassword, link: text))
            #expect(reason.contains("malformed"))
            #expect(!reason.contains(text.prefix(20)) || text == "x")
        }
    }

    @Test func aLinkIsOnlyForItsTemplate() throws {
        #expect(try reason(notice(.resetPassword, link: link(.confirmAddress))).contains("not for a mail reset-password"))
        #expect(try reason(notice(.confirmAddress, link: link(.resetPassword))).contains("not for a mail confirm-address"))
        #expect(try reason(notice(.addressChanged, link: link(.resetPassword))).contains("not for a mail address-changed"))
        #expect(try reason(notice(.passwordChanged, link: link(.resetPassword))).contains("not for a mail password-changed"))
    }

    @Test func aLinkIsOnlyForItsUser() throws {
        var other = account
        other.user.id = UUIDv7.next()
        let text = MailLink(.resetPassword, for: other, at: now, .ofTests).text
        #expect(try reason(notice(.resetPassword, link: text)).contains("another user"))
    }

    @Test func aUserMayGetOneNoticeAfterAnother() throws {
        let headers = [(HeaderName.id, account.user.id), (HeaderName.notice, "password-changed")]
        #expect(try mail(foreign(headers, id: "b1"))?.eventID == "b1")
        #expect(try mail(foreign(headers, id: "b2"))?.eventID == "b2")
    }

    // MARK: The welcome mail

    private func welcome(_ secret: AccessSecret?, _ user: User) throws -> Mail {
        try #require(try Mailing.welcome(confirmingWith: secret).mail(event(Samples.event(for: user)), now))
    }

    @Test func aNewUserConfirmsTheAddressByTheWelcomeMail() async throws {
        let mail = try welcome(.ofTests, account.user)
        let url = try #require(try await MailLinks.forTests().link(for: mail, at: now)).url
        let token = try #require(url.split(separator: "=", maxSplits: 1).last.map(String.init))
        try MailLink.verify(token, for: account, at: now, .ofTests)
        var confirmed = account
        confirmed.isConfirmed = true
        #expect(throws: TokenRefusal.revoked) { try MailLink.verify(token, for: confirmed, at: now, .ofTests) }
        #expect(try welcome(nil, account.user).link.isEmpty)
    }

    @Test(arguments: ["", String(repeating: "i", count: 65)])
    func aUserWhoseIDNoLinkCanContainIsWelcomedWithoutOne(id: String) throws {
        var user = account.user
        user.id = id
        #expect(try welcome(.ofTests, user).link.isEmpty)
    }
}
