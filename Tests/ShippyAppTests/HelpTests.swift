import ArgumentParser
import Foundation
import ShippyConfiguration
import Testing

@testable import ShippyApp

@Suite struct HelpTests {
    private static func help(_ command: any ParsableCommand.Type) -> String {
        HelpText.arranged(Shippy.helpMessage(for: command, columns: 80))
    }

    @Test(arguments: CommandTree.leaves.indices)
    func usageFitsAScreen(index: Int) throws {
        let command = CommandTree.leaves[index]
        let lines = Self.help(command).split(separator: "\n")
        let usage = try #require(lines.first { $0.hasPrefix("USAGE: ") })
        #expect(usage.count <= 80, "\(usage)")
        #expect(usage.hasPrefix("USAGE: shippy "))
        #expect(!usage.contains("--"), "options are listed below: \(usage)")
    }

    /// Everyone's settings stand once, under their own heading, after the command's own options.
    @Test(arguments: CommandTree.leaves.indices)
    func commonSettingsComeLast(index: Int) throws {
        let help = Self.help(CommandTree.leaves[index])
        let headings = help.split(separator: "\n").filter { $0.wholeMatch(of: #/[A-Z ]+:/#) != nil }.map(String.init)
        #expect(headings.filter { $0 == "COMMON SETTINGS:" }.count == 1)
        #expect(headings.last == "COMMON SETTINGS:")
        let options = try #require(headings.firstIndex(of: "OPTIONS:"))
        #expect(headings[..<options].allSatisfy { !$0.hasSuffix("SETTINGS:") })
        #expect(help.hasSuffix("Other options are flags only."))
    }

    @Test(arguments: CommandTree.leaves.indices)
    func everyExampleCanBeParsed(index: Int) throws {
        let command = CommandTree.leaves[index]
        let lines = command.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex(of: "Examples:"), "\(command) has no examples")
        let examples = lines[(start + 1)...].prefix { $0.hasPrefix("  ") }
        #expect(!examples.isEmpty)
        for example in examples {
            let words = try Self.words(String(example))
            let parsed = try Shippy.parseAsRoot(words)
            #expect(type(of: parsed) == command, "\(example)")
        }
    }

    /// The arguments of the call of shippy in a shell's line.
    private static func words(_ line: String) throws -> [String] {
        let call = try #require(line.firstMatch(of: #/(^|\s)shippy (.*?)( [<>|] .*)?$/#)).output.2
        return call.matches(of: #/"([^"]*)"|'([^']*)'|(\S+)/#).map { String($0.output.1 ?? $0.output.2 ?? $0.output.3 ?? "") }
    }

    @Test func helpOfAGroupIsAsItWas() {
        let help = Shippy.helpMessage(for: UserCommand.self, columns: 80)
        #expect(HelpText.arranged(help) == help)
    }
}
