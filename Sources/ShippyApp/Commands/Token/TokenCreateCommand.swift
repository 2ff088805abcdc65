import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create a token for a program, and print it once.",
        usage: "shippy token create [<options>] <name>",
        discussion: """
            The token is never shown again. In text, standard output has nothing but the token.

            Examples:
              shippy token create ci --role reader --expires 90d
              shippy token create backup --role operator --expires never -o json
            """)

    @Argument(help: "A name to recognize it by.")
    var name: String

    @Option(help: "Set what the token may do.")
    var role: AccessRole

    @Option(help: ArgumentHelp("Set how long it is valid, such as 90d, or never.", valueName: "duration"))
    var expires: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let lifetime = try Self.lifetime(expires)
        let name = try UserField.checked(name, field: "name")
        try await context.withAccess { access in
            let created = try await access.createToken(name: name, role: role, lifetime: lifetime, requestID: context.requestID)
            switch context.rendering.format {
            case .text:
                // First, so that nothing stands between the token and whoever waits for it.
                try await StandardOutput.write(created.text + "\n")
                Console.write(Rendering.text(created.token.fields, context.errorStyle))
                Console.say("This token is not shown again. `shippy token revoke \(created.token.id.visiblyEscaped())` revokes it.")
            case .json, .jsonl, .csv: try await context.rendering.value(created, fields: [])
            }
        }
    }

    /// A hundred years.
    private static let longest = Duration.seconds(36_600 * 86_400)

    /// - Returns: nil for a token that does not expire.
    /// - Throws: ``ShippyError`` `.usage`.
    static func lifetime(_ text: String) throws -> Duration? {
        if text == "never" { return nil }
        // Elsewhere a bare number is a number of seconds. Here somebody means days.
        guard text.last?.isNumber == false, let duration = DurationText.parse(text), duration >= .seconds(1) else {
            throw ShippyError(
                .usage, "cannot parse --expires \(text.quoted(limit: 80)): use a duration of at least 1s with a unit, such as 12h or 90d, or never")
        }
        guard duration <= longest else {
            throw ShippyError(.usage, "--expires \(text.quoted(limit: 80)) is too long: use at most \(DurationText.write(longest)), or never")
        }
        return duration
    }
}
