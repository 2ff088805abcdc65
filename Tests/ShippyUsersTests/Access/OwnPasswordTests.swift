import HTTPTypes
import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// Users who set their own password: an access token alone, which may be stolen, is not enough.
@Suite struct OwnPasswordTests {
    private static let path = "/api/v1/auth/password"
    private static let next = "another horse battery"

    private func body(_ old: String, _ new: String = next) -> String { #"{"old_password":"\#(old)","new_password":"\#(new)"}"# }

    @Test func thePresentPasswordIsNeeded() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        let token = try await service.logIn().accessToken
        let wrong = try await service.answer(.put, Self.path, body("wrong horse battery"), token: token)
        #expect(wrong.status == 403 && wrong.body.contains("the present password is wrong"))
        #expect(try await service.answer(.put, Self.path, #"{"new_password":"another horse battery"}"#, token: token).status == 400)
        #expect(try await service.answer(.put, Self.path, body(ServiceUnderTest.password, "short"), token: token).status == 422)
        // Nor by another way.
        let caller = try await service.caller(token)
        let error = await #expect(throws: ShippyError.self) {
            try await service.users.change(user.id, .password(Self.next), by: caller, requestID: "r")
        }
        #expect(error?.code == .invalid && error?.field == "old_password")
        _ = try await service.logIn()
        #expect(try await service.audit(AuditFilter(action: "user.set-password")).map { "\($0.actor) \($0.outcome)" } == ["user:\(user.id) refused"])
        await service.close()
    }

    /// A link that sets a new password goes to the address.
    @Test func onesOwnAddressIsChangedWithThePassword() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        let token = try await service.logIn().accessToken
        let path = "/api/v1/users/\(user.id)"
        func change(_ more: String, token: String) async throws -> Int {
            try await service.answer(.patch, path, #"{"email":"thief@example.com"\#(more)}"#, token: token).status
        }
        #expect(try await change("", token: token) == 422)
        #expect(try await change(#","password":"wrong horse battery""#, token: token) == 403)
        #expect(try await service.users.user(user.id).user.email == user.email)
        #expect(try await service.audit(AuditFilter(action: "user.update")).map(\.outcome) == ["refused"])
        // Anything else needs none, and neither does the same address.
        let same = #"{"email":"\#(user.email.description.uppercased())","name":"Ada"}"#
        #expect(try await service.answer(.patch, path, same, token: token).status == 200)
        #expect(try await change(#","password":"\#(ServiceUnderTest.password)""#, token: token) == 200)
        // Nor does an administrator's change of somebody else.
        #expect(try await service.answer(.patch, path, #"{"email":"b@example.com"}"#, token: try await service.token(.admin)).status == 200)
        await service.close()
    }

    @Test func theSessionThatIsUsedStaysAndTheOthersEnd() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        try await service.createUser()
        let (own, other) = (try await service.logIn(), try await service.logIn())
        #expect(try await service.answer(.put, Self.path, body(ServiceUnderTest.password), token: own.accessToken).status == 204)
        try await service.state.refresh()
        #expect(try await service.answer(.get, "/api/v1/auth/me", token: own.accessToken).status == 200)
        #expect(try await service.answer(.get, "/api/v1/auth/me", token: other.accessToken).status == 401)
        _ = try await service.access.refresh(own.refreshToken, by: service.stranger, requestID: "r")
        await #expect(throws: ShippyError.self) { try await service.access.refresh(other.refreshToken, by: service.stranger, requestID: "r") }
        await #expect(throws: ShippyError.self) { try await service.logIn() }
        _ = try await service.logIn(password: Self.next)
        #expect(try await service.notices().map(\.template) == [.passwordChanged])
        await service.close()
    }

    @Test func guessesAreLimitedLikeThoseOfALogin() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        try await service.createUser()
        let token = try await service.logIn().accessToken
        var statuses: [Int] = []
        for number in 0..<20 { statuses.append(try await service.answer(.put, Self.path, body("wrong horse \(number)"), token: token).status) }
        #expect(statuses.first == 403 && statuses.last == 429)
        #expect(try await service.answer(.put, Self.path, body(ServiceUnderTest.password), token: token).status == 429)
        await service.close()
    }

    @Test func onlyUsersHaveOne() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let answer = try await service.answer(.put, Self.path, body("x"), token: try await service.token(.admin))
        #expect(answer.status == 403 && answer.body.contains("only users have a password"))
        let user = try await service.createUser(password: nil)
        let caller = Caller(.user(id: user.id, session: ""), role: .user, address: "")
        let error = await #expect(throws: ShippyError.self) {
            try await service.users.change(user.id, .password(Self.next, old: ""), by: caller, requestID: "r")
        }
        #expect(error?.code == .forbidden)
        await service.close()
    }
}
