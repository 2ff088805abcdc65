import ArgumentParser
import ShippyConfiguration
import Testing

/// Flags are made from the table.
@Suite struct FlagsTests {
    private struct Command: ParsableCommand {
        @OptionGroup(title: Serving.heading) var serving: Flags<Serving>
        @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>
    }

    private func parse(_ line: String) throws -> Command {
        try #require(try Command.parseAsRoot(line.split(separator: " ").map(String.init)) as? Command)
    }

    @Test func valuesGoByTheNamesOfSettings() throws {
        let command = try parse("--store sqlite:/x -o json --ops 127.0.0.1:0 --allow-insecure --allowed-host a --allowed-host b,c")
        #expect(command.common.values == ["store": "sqlite:/x", "output": "json"])
        #expect(command.serving.values == ["ops": "127.0.0.1:0", "allow-insecure": "true", "allowed-host": "a,b,c"])
    }

    @Test func nothingGivenIsNothing() throws {
        let command = try parse("")
        #expect(command.common.values.isEmpty && command.serving.values.isEmpty)
    }

    /// What a value means is for the configuration to say, which knows where it comes from.
    @Test func valuesAreNotJudgedHere() throws {
        #expect(try parse("--bcrypt-cost many").serving.values == ["bcrypt-cost": "many"])
    }

    @Test(arguments: ["--nonsense", "--bcrypt-cost", "--allow-insecure=true", "--readonly"])
    func othersAreRefused(line: String) {
        #expect(throws: (any Error).self) { try parse(line) }
    }

    @Test func everySettingIsInTheHelpOfItsCommands() {
        let help = Command.helpMessage(columns: 200)
        for row in Settings.all {
            let isTaken = row.isTaken(by: Serving.self) || row.isTaken(by: EveryCommand.self)
            #expect(help.contains(row.help) == isTaken, "\(row.name)")
            let label = row.shape == .flag ? "\(row.flag) " : "\(row.flag) <\(row.valueName)>"
            #expect(help.contains(label) == isTaken, "\(row.name)")
        }
        #expect(help.contains("\nSERVICE SETTINGS:\n") && help.contains("\nCOMMON SETTINGS:\n"))
    }
}
