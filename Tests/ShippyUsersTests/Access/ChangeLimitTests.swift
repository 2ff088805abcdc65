import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// A user's changes of themselves neither mail strangers without end nor keep an administrator from changing the user.
@Suite struct ChangeLimitTests {
    private func name(_ name: String) -> UserChange { .details(email: nil, name: name, company: nil) }

    @Test func whoeverChangesThemselvesAllTheTimeHasToWait() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let caller = try await service.caller(try await service.logIn().accessToken)
        var waits = 0
        for number in 0..<60 {
            do {
                _ = try await service.users.change(user.id, name("Ada \(number)"), by: caller, requestID: "r")
            } catch let error as ShippyError {
                #expect(error.code == .limited && error.retryAfter != nil)
                waits += 1
            }
        }
        #expect(waits > 20)
        // Nobody else does.
        for number in 0..<60 { _ = try await service.users.change(user.id, name("Ada B. \(number)"), by: service.owner, requestID: "r") }
        await service.close()
    }

    @Test func aChangeIsCountedOnceHoweverOftenItBeginsAgain() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let caller = try await service.caller(try await service.logIn().accessToken)
        // Another case of the same address mails nobody.
        for _ in 0..<5 {
            for email in ["Ada@example.com", "ada@example.com"] {
                _ = try await service.users.change(user.id, .details(email: email, name: nil, company: nil), by: caller, requestID: "r")
            }
        }
        let move = UserChange.details(email: "b@example.com", name: nil, company: nil, password: ServiceUnderTest.password)
        _ = try await service.users.change(user.id, move, by: caller, requestID: "r")
        await service.close()
    }
}
