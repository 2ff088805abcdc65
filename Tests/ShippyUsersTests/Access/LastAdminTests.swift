import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

@Suite struct LastAdminTests {
    /// They would need whoever owns the store to get back.
    @Test func theLastAdministratorDoesNotGiveUp() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let second = try await service.createUser("bob@example.com")
        for id in [user.id, second.id] { _ = try await service.users.change(id, .role(.admin), by: service.owner, requestID: "r") }
        _ = try await service.users.change(second.id, .disable, by: service.owner, requestID: "r")
        let caller = try await service.caller(try await service.logIn().accessToken)
        func refusal(_ body: () async throws -> Void) async -> ShippyError? { await #expect(throws: ShippyError.self) { try await body() } }
        for change in [UserChange.role(.operator), .disable] {
            #expect(await refusal { _ = try await service.users.change(user.id, change, by: caller, requestID: "r") } == .lastAdmin)
        }
        #expect(await refusal { _ = try await service.users.delete(user.id, by: caller, requestID: "r") } == .lastAdmin)
        // Other changes, and those of somebody else, are none of it.
        _ = try await service.users.change(user.id, .details(email: nil, name: "Ada", company: nil), by: caller, requestID: "r")
        _ = try await service.users.change(second.id, .enable, by: caller, requestID: "r")
        _ = try await service.users.change(user.id, .role(.operator), by: caller, requestID: "r")
        _ = try await service.users.change(second.id, .disable, by: service.owner, requestID: "r")
        #expect(try await service.users.user(user.id).role == .operator)
        await service.close()
    }
}
