import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct ConfigShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the value of every setting.",
        usage: "shippy config show [<options>]",
        discussion: """
            URLs that may contain a password are shown with scheme and host only.

            Examples:
              shippy config show
              shippy config show --sources
              shippy config show -o json
            """)

    @Flag(help: "Show where each value comes from. JSON output always includes it.")
    var sources = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let settings = Settings.all.map { ShownSetting($0, context.configuration) }
        try await context.rendering.list(settings) { table in
            if sources { table.header("SETTING", "VALUE", "SOURCE") } else { table.header("SETTING", "VALUE") }
            for setting in settings {
                let cells = [setting.name, setting.value ?? "-"]
                table.row(sources ? cells + [setting.source] : cells)
            }
        }
    }
}
