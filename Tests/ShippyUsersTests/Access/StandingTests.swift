import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// Somebody who has lost their rights cannot use the seconds until every service knows it to get them back.
@Suite struct StandingTests {
    /// How an administrator loses their rights.
    enum Loss: CaseIterable {
        case disabled, demoted, deleted, loggedOut
    }

    /// What they try with the token that they still have.
    enum Attempt: CaseIterable {
        case enable, setRole, setPassword, delete, createToken, endToken, endSessions, rotateKeys, revokeKey
    }

    private func take(_ loss: Loss, from id: String, _ service: ServiceUnderTest) async throws {
        switch loss {
        case .disabled: _ = try await service.users.change(id, .disable, by: service.owner, requestID: "r")
        case .demoted: _ = try await service.users.change(id, .role(.user), by: service.owner, requestID: "r")
        case .deleted: _ = try await service.users.delete(id, by: service.owner, requestID: "r")
        case .loggedOut: _ = try await service.access.endSessions(ofUser: id, by: service.owner, requestID: "r")
        }
    }

    private func make(_ attempt: Attempt, by caller: Caller, _ id: String, other: String, _ service: ServiceUnderTest) async throws {
        switch attempt {
        case .enable: _ = try await service.users.change(id, .enable, by: caller, requestID: "r")
        case .setRole: _ = try await service.users.change(id, .role(.operator), by: caller, requestID: "r")
        case .setPassword: _ = try await service.users.change(other, .password("another horse battery"), by: caller, requestID: "r")
        case .delete: _ = try await service.users.delete(other, by: caller, requestID: "r")
        case .createToken: _ = try await service.access.createToken(name: "t", role: .admin, lifetime: nil, by: caller, requestID: "r")
        case .endToken: try await service.access.endToken("t", by: caller, requestID: "r")
        case .endSessions: _ = try await service.access.endSessions(ofUser: other, by: caller, requestID: "r")
        case .rotateKeys: _ = try await service.access.rotateKeys(by: caller, requestID: "r")
        case .revokeKey:
            let key = try #require(try await service.access.signingKeys().first)
            _ = try await service.access.revokeKey(key.id, by: caller, requestID: "r")
        }
    }

    @Test(arguments: Loss.allCases) func whoLostTheirRightsCannotUseTheirTokenToGetThemBack(loss: Loss) async throws {
        let service = try await ServiceUnderTest()
        let mallory = try await service.createUser("mallory@example.com")
        let other = try await service.createUser("other@example.com")
        _ = try await service.users.change(mallory.id, .role(.admin), by: service.owner, requestID: "r")
        // Admitted before, and carried out after.
        let caller = try await service.caller(try await service.logIn("mallory@example.com").accessToken)
        #expect(caller.role == .admin)
        try await take(loss, from: mallory.id, service)
        for attempt in Attempt.allCases {
            // What changes nothing needs no right.
            if attempt == .enable, loss != .disabled { continue }
            if attempt == .setRole, loss == .deleted { continue }
            let error = await #expect(throws: ShippyError.self, "\(attempt)") {
                try await make(attempt, by: caller, mallory.id, other: other.id, service)
            }
            #expect(error?.code == .unauthenticated, "\(attempt)")
        }
        #expect(try await service.access.tokens(after: nil, limit: 10).isEmpty)
        await service.close()
    }

    @Test func aRevokedTokenMakesNoOther() async throws {
        let service = try await ServiceUnderTest()
        let created = try await service.access.createToken(name: "t", role: .admin, lifetime: nil, by: service.owner, requestID: "r")
        let caller = try await service.caller(created.text)
        try await service.access.endToken(created.token.id, by: service.owner, requestID: "r")
        let error = await #expect(throws: ShippyError.self) {
            _ = try await service.access.createToken(name: "u", role: .admin, lifetime: nil, by: caller, requestID: "r")
        }
        #expect(error?.code == .unauthenticated)
        await service.close()
    }

    /// Nobody's rights are lost: everything else is as it was.
    @Test func whoeverStillHasTheirRightsUsesThem() async throws {
        let service = try await ServiceUnderTest()
        let admin = try await service.createUser("admin@example.com")
        let other = try await service.createUser("other@example.com")
        _ = try await service.users.change(admin.id, .role(.admin), by: service.owner, requestID: "r")
        let caller = try await service.caller(try await service.logIn("admin@example.com").accessToken)
        for attempt in [Attempt.setPassword, .createToken, .endSessions, .rotateKeys, .delete] {
            try await make(attempt, by: caller, admin.id, other: other.id, service)
        }
        await service.close()
    }
}
