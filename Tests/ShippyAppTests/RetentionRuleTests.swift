import ShippyConfiguration
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct RetentionRuleTests {
    private func check(_ environment: [String: String]) throws {
        try RetentionRule.check(Configuration(SettingSources(flags: ["home": TemporaryDirectory().path], environment: environment)))
    }

    @Test func mailsAreRememberedForAsLongAsEventsAreKept() throws {
        let error = #expect(throws: ShippyError.self) { try check(["SHIPPY_MAIL_KEEP": "3d"]) }
        #expect(error?.code == .usage)
        #expect(error?.message.hasPrefix("SHIPPY_MAIL_KEEP 3d is shorter than event-max-age 7d") == true, "\(error?.message ?? "")")
        #expect(throws: ShippyError.self) { try check(["SHIPPY_EVENT_MAX_AGE": "91d"]) }
        try check([:])
        try check(["SHIPPY_MAIL_KEEP": "3d", "SHIPPY_EVENT_MAX_AGE": "3d"])
    }
}
