import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct TimeTextTests {
    @Test func times() throws {
        let now = Timestamp(milliseconds: 1_767_323_045_000)
        #expect(try TimeText.parse("2026-01-02T03:04:05Z", option: "since") == now)
        #expect(try TimeText.parse("1767323045", option: "since") == now)
        #expect(try TimeText.parse("15m", option: "since", now: now) == now - .seconds(900))
        #expect(throws: ShippyError.self) { try TimeText.parse("soon", option: "since") }
    }
}
