import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the status of services, engines, queues and consumers.",
        usage: "shippy status [<options>]",
        discussion: """
            Shows where each engine is, and creates neither a data directory nor a file. The exit status is 69 if an engine cannot \
            be reached.

            With --check, the exit status tells what was found, for monitoring and scripts, and standard error has a line for \
            each finding:
              0   everything is in order
              1   something needs attention: a service is not running, an event is among the dead letters or set aside, or a
                  mail is dead
              69  an engine cannot be reached

            Examples:
              shippy status
              shippy status --check > /dev/null
              shippy status -o json
            """)

    @Flag(help: "Exit with 1 if something needs attention.")
    var check = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try context.rendering.refuseCSV()
        let report = try await StatusReport.make(context)
        try await report.print(context)
        if check { report.findings.forEach { Console.say("shippy: \($0)") } }
        if report.engines.contains(where: \.isUnreachable) { throw ExitStatus.unavailable.exitCode }
        if check, !report.findings.isEmpty { throw ExitStatus.failed.exitCode }
    }
}
