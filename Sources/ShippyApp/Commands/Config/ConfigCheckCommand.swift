import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ConfigCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the environment and the configuration file.",
        usage: "shippy config check [<options>]",
        discussion: """
            Checks every value, also one that another overrides, and what `shippy up` would refuse. Reports everything that is \
            wrong, on standard error, and warns of variables that are empty and of those that begin with SHIPPY_ and are not \
            settings. The exit status is 64 when something is wrong; a warning is not.

            Examples:
              shippy config check
              shippy config check --config ./new.yaml
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let sources = try CommandContext.sources(common)
        let check = ConfigurationCheck(sources)
        // The format itself may be what is wrong.
        let rendering = Rendering(format: (try? sources.value(Settings.output)) ?? .text, style: .plain)
        if rendering.format == .text {
            for warning in check.warnings { await Console.tell("shippy: warning: \(warning)") }
            for problem in check.problems { await Console.tell("shippy: \(problem)") }
            if check.problems.isEmpty { try await StandardOutput.write("all settings are valid\n") }
        } else {
            try await rendering.lines([check])
        }
        if !check.problems.isEmpty { throw ExitStatus.usage.exitCode }
    }
}

/// What is wrong with the settings.
struct ConfigurationCheck: JSONWritable {
    let problems: [String]
    let warnings: [String]

    init(_ sources: SettingSources) {
        let unreadable = sources.problems(overridden: true)
        warnings = sources.warnings()
        // What does not fit together can be told only of what can be read.
        problems = (unreadable.isEmpty ? StartCheck.problems(sources) : unreadable).map(\.message)
    }

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("valid", problems.isEmpty)
            $0.key("problems")
            $0.array { json in problems.forEach { json.string($0) } }
            $0.key("warnings")
            $0.array { json in warnings.forEach { json.string($0) } }
        }
    }
}
