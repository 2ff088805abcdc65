import ShippyCore
import Testing

@Suite struct AuditActionTests {
    @Test(arguments: ["user", "user.set-role", "session.reused", "key", "audit.read"])
    func anActionAndAKindOfActionsHaveNames(name: String) throws {
        try AuditAction.check(name)
    }

    @Test(arguments: [
        ("user.setrole", "user.set-role"), ("set-role", "user.set-role"), ("user.logn", "user.login"), ("users", "user"), ("login", "user.login"),
        ("token.revoked", "token.revoke"), ("disable", "user.disable"),
    ])
    func forAnotherNameTheNearestIsSuggested(name: String, nearest: String) {
        let error = #expect(throws: ShippyError.self) { try AuditAction.check(name) }
        #expect(error?.code == .invalid && error?.message == "unknown action \"\(name)\": did you mean \(nearest)?")
    }

    @Test(arguments: ["", "something-else", "user.disable.now"])
    func withoutANearOneAllAreNamed(name: String) {
        let error = #expect(throws: ShippyError.self) { try AuditAction.check(name) }
        #expect(error?.message.contains("use one of audit, key, mail, ops, session, token, user, user.create, ") == true, "\(error?.message ?? "")")
    }

    @Test func anOutcomeIsOneOfFour() throws {
        for outcome in AuditOutcome.allCases { try AuditOutcome.check(outcome.rawValue) }
        let error = #expect(throws: ShippyError.self) { try AuditOutcome.check("failed") }
        #expect(error?.message == "unknown outcome \"failed\": use one of ok, refused, denied, throttled")
    }
}
