import ShippyCore
import Testing

struct VisibleTextTests {
    @Test func showsWhatATerminalWouldActOn() {
        #expect("a\u{1b}[2Jb\u{202e}\u{9b}\r\n".visiblyEscaped() == "a\\u001b[2Jb\\u202e\\u009b\\u000d\\u000a")
        #expect("Grüße 漢字 🙂".visiblyEscaped() == "Grüße 漢字 🙂")
        #expect("abcdef".visiblyEscaped(limit: 3) == "abc…")
    }

    @Test func aQuotedValueIsEscaped() {
        #expect("a\u{1b}[2J \"b\"".quoted() == #""a\u001b[2J \"b\"""#)
        #expect("abcdef".quoted(limit: 3) == "\"abc…\"")
        #expect("".quoted() == "\"\"")
    }
}
