import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the status of services, engines, queues and consumers.",
        usage: "shippy status [<options>]",
        discussion: """
            Never creates the data directory. The exit status is 69 if an engine cannot be reached.

            Examples:
              shippy status
              shippy status -o json
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let report = try await StatusReport.make(context)
        try await report.print(context)
        if report.engines.contains(where: \.isUnreachable) { throw ExitStatus.unavailable.exitCode }
    }
}
