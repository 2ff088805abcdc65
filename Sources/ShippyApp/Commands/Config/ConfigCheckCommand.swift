import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ConfigCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the environment and the configuration file.",
        usage: "shippy config check [<options>]",
        discussion: """
            Checks every value, including overridden ones, and everything that `shippy up` checks before it starts. Reports \
            all errors on standard error and then exits with status 64. Empty variables and unknown variables that begin \
            with SHIPPY_ are reported as warnings, which do not change the exit status. The current context counts as it does for \
            most commands; use --context '' to check what `shippy up` would use.

            Examples:
              shippy config check
              shippy config check --config ./new.yaml
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let sources = try CommandContext.sources(common)
        let check = ConfigurationCheck(sources)
        // The output format may itself be the invalid setting.
        let rendering = Rendering(format: (try? sources.value(Settings.output)) ?? .text, style: .plain)
        try rendering.refuseCSV()
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

/// The problems and warnings of `config check`.
struct ConfigurationCheck: JSONWritable {
    let problems: [String]
    let warnings: [String]

    init(_ sources: SettingSources) {
        let unreadable = sources.problems(overridden: true)
        warnings = sources.warnings()
        // Conflicts between settings can be found only once every value can be read.
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
