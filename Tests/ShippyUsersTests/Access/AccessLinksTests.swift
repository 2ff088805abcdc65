import EmbeddedEngines
import Foundation
import HTTPTypes
import ShippyCore
import ShippyEvents
import Testing

@testable import ShippyAccess
@testable import ShippyUsers

/// Links in mails: who gets one, and every way to misuse one.
@Suite struct AccessLinksTests {
    private static let next = "another horse battery"

    private func refusal(_ body: () async throws -> some Any) async -> ShippyError? {
        await #expect(throws: ShippyError.self) { _ = try await body() }
    }

    private static let notValid = ShippyError(.unauthenticated, "the link is not valid any more: ask for another one")

    private func reset(_ service: ServiceUnderTest, _ token: String, to password: String = next) async throws {
        try await service.links.resetPassword(token, to: password, by: service.stranger, requestID: "r")
    }

    private func request(_ service: ServiceUnderTest, _ purpose: LinkPurpose = .resetPassword, for email: String = "ada@example.com") async throws {
        try await service.links.request(purpose, for: email, by: service.stranger, requestID: "r")
    }

    // MARK: Asking

    @Test(arguments: LinkPurpose.allCases)
    func whoAsksForALinkIsMailedOne(purpose: LinkPurpose) async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        for email in ["ada@example.com", "ADA@Example.COM"] { try await request(service, purpose, for: email) }
        let notices = try await service.notices()
        #expect(notices.map(\.template) == [purpose.template, purpose.template])
        #expect(notices.allSatisfy { $0.email == "ada@example.com" && $0.event.headers[HeaderName.id] == user.id })
        let token = try #require(service.token(notices[0]))
        #expect(try await service.links.user(of: token, purpose, requestID: "r") == user)
        await service.close()
    }

    /// The same for everybody who asks: no error, one transaction and one entry in the audit log.
    @Test func nothingTellsAStrangerWhetherThereIsSuchAUser() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        let disabled = try await service.createUser("eve@example.com")
        _ = try await service.users.change(disabled.id, .disable, by: service.owner, requestID: "r")
        var entries = try await service.audit().count
        for email in ["nobody@example.com", "eve@example.com", "not an address", "", "ada@example.com"] {
            try await request(service, for: email)
            #expect(try await service.audit().count == entries + 1)
            entries += 1
        }
        #expect(try await service.notices().map(\.email) == ["ada@example.com"])
        let audit = try await service.audit().filter { $0.action == "user.request-password-reset" }
        #expect(audit.map(\.outcome) == ["refused", "refused", "refused", "refused", "ok"])
        await service.close()
    }

    @Test func aConfirmedAddressNeedsNoConfirmation() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        try await request(service, .confirmAddress)
        let token = try #require(service.token(try await service.notices()[0]))
        try await service.links.confirmAddress(token, by: service.stranger, requestID: "r")
        try await request(service, .confirmAddress)
        #expect(try await service.notices().count == 1)
        let error = await refusal { try await service.links.mail(.confirmAddress, toUser: user.id, by: service.owner, requestID: "r") }
        #expect(error?.code == .conflict)
        await service.close()
    }

    /// Whoever asks for more gets the same answer, but no mail.
    @Test func anAccountOverItsLimitGetsNoMail() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        for _ in 0..<LinkLimits.accountBurst + 5 { try await request(service) }
        #expect(try await service.notices().count == LinkLimits.accountBurst)
        await service.close()
    }

    @Test func anAddressOverItsLimitIsToldToWait() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        for number in 0..<LinkLimits.addressBurst { try await request(service, for: "u\(number)@example.com") }
        for email in ["nobody@example.com", "ada@example.com"] {
            let answer = try await service.answer(.post, "/api/v1/auth/password-reset", #"{"email":"\#(email)"}"#)
            // Over HTTP, these tests have no address: another client.
            #expect(answer.status == 202)
            #expect(await refusal { try await request(service, for: email) }?.code == .limited)
        }
        for _ in 0..<LinkLimits.addressBurst { _ = try await service.answer(.post, "/api/v1/auth/password-reset", #"{"email":"x@example.com"}"#) }
        let limited = try await service.answer(.post, "/api/v1/auth/password-reset", #"{"email":"ada@example.com"}"#)
        #expect(limited.status == 429 && limited.headers[.retryAfter] != nil)
        await service.close()
    }

    @Test func anOperatorMailsALinkAndIsToldWhyNot() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        for _ in 0..<LinkLimits.accountBurst + 2 {
            #expect(try await service.links.mail(.resetPassword, toUser: user.id, by: service.owner, requestID: "r") == user)
        }
        #expect(try await service.notices().count == LinkLimits.accountBurst + 2)
        #expect(
            await refusal { try await service.links.mail(.resetPassword, toUser: "nobody", by: service.owner, requestID: "r") }?.code == .notFound)
        let oneself = Caller(.user(id: user.id, session: "s"), role: .user, address: "127.0.0.1")
        for _ in 0..<LinkLimits.accountBurst { _ = try await service.links.mail(.resetPassword, toUser: user.id, by: oneself, requestID: "r") }
        #expect(await refusal { try await service.links.mail(.resetPassword, toUser: user.id, by: oneself, requestID: "r") }?.code == .limited)
        _ = try await service.users.change(user.id, .disable, by: service.owner, requestID: "r")
        #expect(await refusal { try await service.links.mail(.resetPassword, toUser: user.id, by: service.owner, requestID: "r") }?.code == .conflict)
        await service.close()
    }

    // MARK: A new password

    @Test func aLinkSetsANewPasswordEndsSessionsConfirmsTheAddressAndIsToldToTheUser() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let login = try await service.logIn()
        let token = try await service.link(.resetPassword, to: user)
        try await reset(service, token)
        #expect(try await service.logIn(password: Self.next).user == user)
        #expect(await refusal { try await service.logIn() }?.code == .unauthenticated)
        #expect(await refusal { try await service.access.refresh(login.refreshToken, by: service.stranger, requestID: "r") } != nil)
        #expect(try await service.store.account(id: user.id)?.isConfirmed == true)
        #expect(try await service.notices().map(\.template) == [.passwordChanged])
        #expect(try await service.audit().contains { $0.action == "user.reset-password" && $0.target == "user:\(user.id)" })
        await service.close()
    }

    /// As an operator does about a link that somebody else has got.
    @Test func aLinkDoesNotComeBackWithItsUser() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.resetPassword, to: user)
        _ = try await service.users.change(user.id, .disable, by: service.owner, requestID: "r")
        _ = try await service.users.change(user.id, .enable, by: service.owner, requestID: "r")
        #expect(await refusal { try await reset(service, token) }?.code == .unauthenticated)
        await service.close()
    }

    /// Each change mails two addresses, one of which the user chooses.
    @Test func aUserChangesTheirAddressAFewTimesOnly() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let caller = try await service.caller(try await service.logIn().accessToken)
        func move(_ number: Int, by caller: Caller) async throws {
            let details = UserChange.details(
                email: "ada\(number)@example.com", name: nil, company: nil, password: ServiceUnderTest.password)
            _ = try await service.users.change(user.id, details, by: caller, requestID: "r")
        }
        for number in 1...3 { try await move(number, by: caller) }
        #expect(await refusal { try await move(4, by: caller) }?.code == .limited)
        try await move(5, by: service.owner)
        await service.close()
    }

    /// Whoever has forgotten a password has often tried some.
    @Test func aNewPasswordEndsTheWaitsForItsAccount() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        for _ in 0..<8 { _ = await refusal { try await service.logIn(password: "wrong horse battery") } }
        #expect(await refusal { try await service.logIn() }?.code == .limited)
        try await reset(service, try await service.link(.resetPassword, to: user))
        #expect(try await service.logIn(password: Self.next).user == user)
        await service.close()
    }

    @Test func aUserWithoutAPasswordSetsTheirFirst() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser(password: nil)
        try await reset(service, try await service.link(.resetPassword, to: user))
        #expect(try await service.logIn(password: Self.next).user == user)
        await service.close()
    }

    @Test func aLinkIsUsedOnce() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let (token, second) = (try await service.link(.resetPassword, to: user), try await service.link(.resetPassword, to: user))
        try await reset(service, token)
        for token in [token, second] {
            #expect(await refusal { try await reset(service, token, to: "a third horse battery") } == Self.notValid)
        }
        #expect(try await service.logIn(password: Self.next).user == user)
        await service.close()
    }

    /// Each attack gets the same answer, and changes nothing.
    @Test func noMisusedLinkWorks() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let other = try await service.createUser("bob@example.com")
        let token = try await service.link(.resetPassword, to: user)
        let login = try await service.logIn()
        let account = try #require(try await service.store.account(id: user.id))
        let link = MailLink(.resetPassword, for: account, at: .now, service.secret)
        var expired: String {
            MailLink(.resetPassword, for: account, at: .now - .seconds(3601), service.secret).token(for: user.email, service.secret)
        }
        let attacks = [
            "guessed": "shl_" + String(repeating: "A", count: token.count - 4), "without its end": String(token.dropLast()),
            "of another purpose": try await service.link(.confirmAddress, to: user), "expired": expired, "as it is on the bus": "shl_" + link.text,
            "mailed to another address": link.token(for: other.email, service.secret),
            "of another installation": link.token(for: user.email, .random()), "access": login.accessToken, "refresh": login.refreshToken,
            "owner": OwnerToken.make(service.secret, at: .now), "empty": "", "long": String(repeating: "x", count: 10_000),
            "program": try await service.access.createToken(name: "t", role: .admin, lifetime: nil, by: service.owner, requestID: "r").text,
        ]
        for (name, token) in attacks {
            #expect(await refusal { try await reset(service, token) } == Self.notValid, "\(name)")
            #expect(await refusal { try await service.links.user(of: token, .resetPassword, requestID: "r") } == Self.notValid, "\(name)")
        }
        let confirms = await refusal { try await service.links.confirmAddress(token, by: service.stranger, requestID: "r") }
        #expect(confirms == Self.notValid)
        #expect(try await service.store.account(id: user.id) == account)
        #expect(try await service.logIn().user == user)
        // And the link itself is as good as before.
        try await reset(service, token)
        await service.close()
    }

    @Test func aLinkIsNotABearerToken() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        for purpose in LinkPurpose.allCases {
            let token = try await service.link(purpose, to: user)
            await #expect(throws: (any Error).self) { try await service.caller(token) }
            #expect(try await service.answer(.get, "/api/v1/auth/me", token: token).status == 401)
            #expect(try await service.answer(.post, "/api/v1/auth/refresh", #"{"refresh_token":"\#(token)"}"#).status == 401)
        }
        await service.close()
    }

    @Test func aChangeOfTheAddressOrThePasswordAndADisabledUserMakeALinkWorthless() async throws {
        let service = try await ServiceUnderTest()
        let changes: [UserChange] = [
            .password("yet another horse"), .details(email: "x@example.com", name: nil, company: nil), .disable,
            .details(email: nil, name: "Ada", company: "A"), .role(.operator),
        ]
        for (number, change) in changes.enumerated() {
            let user = try await service.createUser("u\(number)@example.com")
            let token = try await service.link(.resetPassword, to: user)
            _ = try await service.users.change(user.id, change, by: service.owner, requestID: "r")
            let before = try await service.store.account(id: user.id)
            #expect(await refusal { try await reset(service, token) } == Self.notValid, "\(number)")
            #expect(try await service.store.account(id: user.id) == before)
        }
        await service.close()
    }

    @Test func aDeletedUsersLinkIsWorthless() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.resetPassword, to: user)
        _ = try await service.users.delete(user.id, by: service.owner, requestID: "r")
        #expect(await refusal { try await reset(service, token) } == Self.notValid)
        // Whoever has the address now is somebody else.
        try await service.createUser()
        #expect(await refusal { try await reset(service, token) } == Self.notValid)
        await service.close()
    }

    @Test func aPasswordThatIsNotAllowedDoesNotUseTheLinkUp() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.resetPassword, to: user)
        for password in ["", "short", "password1", String(repeating: "x", count: 73)] {
            #expect(await refusal { try await reset(service, token, to: password) }?.code == .invalid)
        }
        #expect(try await service.logIn().user == user)
        try await reset(service, token)
        await service.close()
    }

    @Test func ofManyUsesAtOnceOneSetsThePassword() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.resetPassword, to: user)
        let links = service.links
        let stranger = service.stranger
        let winners = await withTaskGroup(of: String?.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let password = "horse battery \(number)"
                    do {
                        try await links.resetPassword(token, to: password, by: stranger, requestID: "r")
                        return password
                    } catch {
                        #expect(error as? ShippyError == Self.notValid)
                        return nil
                    }
                }
            }
            return await group.reduce(into: [] as [String]) { if let password = $1 { $0.append(password) } }
        }
        #expect(winners.count == 1)
        #expect(try await service.logIn(password: try #require(winners.first)).user == user)
        #expect(try await service.notices().map(\.template) == [.passwordChanged])
        await service.close()
    }

    // MARK: A confirmed address

    @Test func aLinkConfirmsAnAddressOnce() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.confirmAddress, to: user)
        #expect(await refusal { try await reset(service, token) } == Self.notValid)
        try await service.links.confirmAddress(token, by: service.stranger, requestID: "r")
        #expect(try await service.store.account(id: user.id)?.isConfirmed == true)
        #expect(try await service.events().map(\.subject) == [.userCreated, .userUpdated])
        #expect(try await service.audit().contains { $0.action == "user.confirm" && $0.target == "user:\(user.id)" })
        let again = await refusal { try await service.links.confirmAddress(token, by: service.stranger, requestID: "r") }
        #expect(again == Self.notValid)
        await service.close()
    }

    @Test func anotherAddressHasToBeConfirmedAgain() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let old = try await service.link(.confirmAddress, to: user)
        try await service.links.confirmAddress(old, by: service.stranger, requestID: "r")
        // The same address in another spelling.
        _ = try await service.users.change(user.id, .details(email: "Ada@example.com", name: nil, company: nil), by: service.owner, requestID: "r")
        #expect(try await service.store.account(id: user.id)?.isConfirmed == true)
        #expect(try await service.notices().isEmpty)
        _ = try await service.users.change(
            user.id, .details(email: "ada@lovelace.example", name: nil, company: nil), by: service.owner, requestID: "r")
        #expect(try await service.store.account(id: user.id)?.isConfirmed == false)
        #expect(await refusal { try await service.links.confirmAddress(old, by: service.stranger, requestID: "r") } == Self.notValid)
        let notices = try await service.notices()
        #expect(notices.map(\.template) == [.addressChanged, .addressChanged])
        #expect(notices.map(\.email) == ["Ada@example.com", "ada@lovelace.example"])
        #expect(service.token(notices[0]) == nil, "the old address is not asked to confirm")
        let token = try #require(service.token(notices[1]))
        try await service.links.confirmAddress(token, by: service.stranger, requestID: "r")
        #expect(try await service.store.account(id: user.id)?.isConfirmed == true)
        await service.close()
    }

    // MARK: Changes by others

    @Test func whoeverSetsAPasswordItsUserIsTold() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        _ = try await service.users.change(user.id, .password(Self.next), by: service.owner, requestID: "r7")
        let notices = try await service.notices()
        #expect(notices.map(\.template) == [.passwordChanged])
        #expect(notices[0].event.headers[HeaderName.requestID] == "r7" && notices[0].event.headers[HeaderName.link] == nil)
        await service.close()
    }

    @Test func changesOfSomethingElseAndNoChangesAreNotMailed() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        for change: UserChange in [
            .details(email: "ada@example.com", name: nil, company: nil), .details(email: nil, name: "Ada", company: "A"), .disable, .enable,
            .role(.reader),
        ] {
            _ = try await service.users.change(user.id, change, by: service.owner, requestID: "r")
        }
        #expect(try await service.notices().isEmpty)
        await service.close()
    }
}
