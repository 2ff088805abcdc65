import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct UserCSVTests {
    /// An export into a file is what an import reads; one on a terminal is looked at.
    @Test func onATerminalNothingActs() {
        let user = Samples.user(name: "\u{1b}[2J\u{9b}\u{202e}\u{200b}x")
        #expect(UserCSV.line(user).contains("\u{1b}[2J"))
        let shown = UserCSV.line(user, forTerminal: true)
        #expect(shown.contains(#"\u001b[2J\u009b\u202e\u200bx"#))
        #expect(shown.unicodeScalars.allSatisfy { !$0.isUnsafeToShow || $0 == "\r" || $0 == "\n" })
    }
}
