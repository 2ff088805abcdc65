import ShippyCore
import Testing

@testable import ShippyAccess

struct MailLinkTests {
    private let secret = AccessSecret(bytes: [UInt8](repeating: 9, count: 32))
    private let now = Fixture.start
    private let account = Account(
        user: User(
            id: "01890a5d-ac96-774b-bcce-b302099a8057", name: "Ada", company: "", email: EmailAddress(trusted: "ada@example.com"),
            createdAt: Fixture.start),
        role: .user, isDisabled: false, passwordHash: "$2b$12$hash", revision: 7)

    private func token(_ purpose: LinkPurpose, at now: Timestamp? = nil, for other: Account? = nil) -> String {
        let account = other ?? account
        return MailLink(purpose, for: account, at: now ?? self.now, secret).token(for: account.user.email, secret)
    }

    /// Why a token is refused; nil if it is valid.
    private func refusal(_ token: String, for other: Account? = nil, after time: Duration = .zero, _ secret: AccessSecret? = nil) -> TokenRefusal? {
        do {
            try MailLink.verify(token, for: other ?? account, at: now + time, secret ?? self.secret)
            return nil
        } catch {
            return error
        }
    }

    private func changed(_ body: (inout Account) -> Void) -> Account {
        var account = account
        body(&account)
        return account
    }

    @Test(arguments: LinkPurpose.allCases)
    func aLinkSaysWhatItIsForAndIsValidForAnHour(purpose: LinkPurpose) throws {
        let token = token(purpose)
        #expect(token.hasPrefix("shl_") && TokenKind(of: token) == .link)
        let link = try MailLink.claimed(by: token)
        #expect(link.purpose == purpose && link.userID == account.user.id && link.expiresAt == now + .seconds(3600))
        #expect(refusal(token) == nil)
        #expect(refusal(token, after: .milliseconds(3_599_999)) == nil)
        #expect(refusal(token, after: .seconds(3600)) == .expired)
    }

    /// What is on the bus and in the queue cannot be used: it is not a token, and has nothing of one that it lacks.
    @Test func withoutTheSecretALinkIsWorthless() throws {
        let link = MailLink(.resetPassword, for: account, at: now, secret)
        #expect(try MailLink(text: link.text) == link)
        for text in [link.text, "shl_\(link.text)", "shl_\(link.text)AAAAAAAAAAAAAAAAAAAAAA"] { #expect(refusal(text) != nil) }
        let forged = link.token(for: account.user.email, .random())
        #expect(refusal(forged) == .signature)
        #expect(refusal(token(.resetPassword), .random()) == .signature)
        for text in ["", "é", String(repeating: "A", count: 300), String(link.text.dropLast(52)), link.text + "="] {
            #expect(throws: TokenRefusal.form) { try MailLink(text: text) }
        }
    }

    @Test(arguments: LinkPurpose.allCases)
    func aTokenIsRefusedWhenAnythingAboutItIsChanged(purpose: LinkPurpose) throws {
        let text = token(purpose)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. ")
        var characters = Array(text)
        for place in characters.indices {
            let original = characters[place]
            for letter in letters where letter != original {
                characters[place] = letter
                #expect(refusal(String(characters)) != nil, "\(place) \(letter)")
            }
            characters[place] = original
            #expect(refusal(String(text.prefix(place))) != nil)
        }
        for end in ["A", "AAAA", "=", "\n", " "] { #expect(refusal(text + end) != nil) }
        #expect(refusal("shl_" + String(repeating: "A", count: 1 << 20)) == .form)
        #expect(refusal("SHL_" + text.dropFirst(4)) == .form)
        #expect(refusal(text) == nil)
    }

    /// A link for a password is worthless after any change, one that confirms an address only after that.
    @Test func changesMakeALinkWorthless() {
        let (reset, confirm) = (token(.resetPassword), token(.confirmAddress))
        #expect(refusal(reset, for: changed { $0.passwordHash = "$2b$12$other" }) == .revoked)
        #expect(refusal(reset, for: changed { $0.passwordHash = nil }) == .revoked)
        #expect(refusal(confirm, for: changed { $0.isConfirmed = true }) == .revoked)
        #expect(refusal(reset, for: changed { $0.isConfirmed = true }) == nil)
        #expect(refusal(confirm, for: changed { $0.passwordHash = nil }) == nil)
        let renamed = changed {
            $0.user.name = "Countess"
            $0.role = .admin
            $0.revision = 9
            $0.user.email = EmailAddress(trusted: "ADA@example.com")
        }
        #expect(refusal(reset, for: renamed) == .revoked)
        #expect(refusal(confirm, for: renamed) == nil)
    }

    @Test(arguments: LinkPurpose.allCases)
    func aLinkIsForOneUserAtOneAddress(purpose: LinkPurpose) {
        let token = token(purpose)
        #expect(refusal(token, for: changed { $0.user.email = EmailAddress(trusted: "eve@example.com") }) == .signature)
        // Somebody who has the address now.
        let other = changed { $0.user.id = "01890a5d-ac96-774b-bcce-b302099a8058" }
        #expect(refusal(token, for: other) == .signature)
        // Mailed to another address than the account's.
        let misdirected = MailLink(purpose, for: account, at: now, secret).token(for: EmailAddress(trusted: "eve@example.com"), secret)
        #expect(refusal(misdirected) == .signature)
    }

    /// The body of one and the MAC of another.
    @Test func partsOfTwoLinksAreNotALink() {
        let (reset, confirm) = (token(.resetPassword), token(.confirmAddress))
        let later = token(.resetPassword, at: now + .seconds(60))
        for (one, other) in [(reset, confirm), (confirm, reset), (reset, later)] {
            #expect(refusal(String(one.dropLast(22) + other.suffix(22))) != nil)
        }
    }

    /// Whoever can publish events could have a link made that is valid for as long as they like.
    @Test func aLinkThatClaimsToBeValidForLongerIsRefusedUntilItsLastHour() {
        let token = token(.resetPassword, at: now + .seconds(86_400))
        #expect(refusal(token) == .lifetime)
        #expect(refusal(token, after: .seconds(86_400)) == nil)
        // The clock of the service that made it may be ahead.
        #expect(refusal(self.token(.resetPassword, at: now + .seconds(60))) == nil)
    }

    @Test func noOtherTokenIsALinkAndNoLinkIsAnotherToken() throws {
        let fixture = try Fixture()
        let link = token(.resetPassword)
        for other in [
            OwnerToken.make(secret, at: now), APITokenText.make(at: now).text, try RefreshToken(sessionID: fixture.session, counter: 1).text(secret),
            try fixture.issue().text,
        ] {
            #expect(refusal(other) == .form)
            #expect(refusal("shl_" + other.dropFirst(4)) != nil)
        }
        #expect(fixture.refusal(of: link) != nil)
        #expect(throws: TokenRefusal.self) { try RefreshToken(verifying: link, secret) }
        #expect(throws: TokenRefusal.self) { try RefreshToken(verifying: "shr_" + link.dropFirst(4), secret) }
    }
}
