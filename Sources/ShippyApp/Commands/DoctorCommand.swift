import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Find what is wrong, and say what to do about it.",
        usage: "shippy doctor [<options>]",
        discussion: """
            Looks at the configuration, the data directory and its disk, ports, certificates, engines and their settings, clocks, \
            signing keys, services, events that wait, and mails that do not leave. It mends nothing. Like \
            `shippy status`, it brings an older database up to date, and creates the stream on NATS if there is \
            none. Run it on the machine and as the user of the services.

            The exit status tells what was found:
              0   no fault; a warning is about what works now and may soon not
              1   a fault: something does not work, or a promise does not hold
              69  an engine cannot be reached

            Examples:
              shippy doctor
              shippy doctor --problems
              shippy doctor -o jsonl | jq -r 'select(.state != "ok") | .text'
            """)

    @Flag(help: "Leave out what is in order.")
    var problems = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let sources = try CommandContext.sources(common)
        let all = try await findings(sources)
        try await write(problems ? all.filter { $0.gravity != .ok } : all, sources)
        if all.contains(where: { $0.gravity == .unreachable }) { throw ExitStatus.unavailable.exitCode }
        if all.contains(where: { $0.gravity == .fault }) { throw ExitStatus.failed.exitCode }
    }

    private func findings(_ sources: SettingSources) async throws -> [Finding] {
        // Without settings that can be read, nothing else can be looked at.
        guard sources.problems().isEmpty else { return ConfigurationChecks(sources).findings }
        return await Checkup(context: try CommandContext.load(common)).run()
    }

    private func write(_ findings: [Finding], _ sources: SettingSources) async throws {
        // The output format may itself be the invalid setting.
        let style = Style((try? sources.value(Settings.color)) ?? .auto, isTerminal: StandardOutput.isTerminal)
        let rendering = Rendering(format: (try? sources.value(Settings.output)) ?? .text, style: style)
        if rendering.format == .text {
            try await StandardOutput.write(DoctorReport(findings, isWhole: !problems).text(style: style, width: Terminal.columns))
        } else {
            try await rendering.list(findings) { _ in }
        }
    }
}
