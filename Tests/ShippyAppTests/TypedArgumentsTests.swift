import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyEvents
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct TypedArgumentsTests {
    @Test func aMessageShowsNoArgumentAsItIs() {
        let message = "Error: Unexpected argument 'a\u{1b}[31m\nb'\nUsage: shippy <subcommand>"
        #expect(
            TypedArguments.showable(message, arguments: ["shippy", "a\u{1b}[31m\nb"])
                == #"Error: Unexpected argument 'a\u001b[31m\u000ab'"# + "\nUsage: shippy <subcommand>")
        #expect(TypedArguments.showable("a \u{9b}2J\nb", arguments: []) == "a \\u009b2J\nb")
    }

    @Test(arguments: [
        ("--name", "--home", false), ("--hoem", "--home", true), ("--user-http", "--users-http", true), ("--x", "--yes", false),
        ("--outptu", "--output", true),
    ])
    func onlyALikelyOptionIsProposed(given: String, proposed: String, isLikely: Bool) {
        let message = "Error: Unknown option '\(given)'. Did you mean '\(proposed)'?\nUsage: shippy"
        let shown = TypedArguments.showable(message, arguments: [])
        #expect(shown == (isLikely ? message : "Error: Unknown option '\(given)'.\nUsage: shippy"))
    }

    @Test func bytesThatAreNotUTF8AreShown() throws {
        try TypedArguments.requireUTF8(Array("Zoë".utf8))
        let error = #expect(throws: ShippyError.self) { try TypedArguments.requireUTF8([0x61, 0x1b, 0xff, 0x0a]) }
        #expect(error?.code == .usage)
        #expect(error?.message == #"argument "a\x1b\xff\x0a" is not valid UTF-8"#)
    }
}
