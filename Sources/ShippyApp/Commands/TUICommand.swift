import ArgumentParser
import ShippyConfiguration
import ShippyCore
import ShippyTUI

struct TUICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tui",
        abstract: "Watch and administer everything in a console.",
        discussion: """
            Shows an overview, users, mails, events and the registry, each in a tab that keeps its filter, cursor, sort order \
            and marks, and updates them as they change. Enter on a user, a mail or an event tells its story. Changes ask \
            first. While an engine cannot be reached, its tab says so and keeps showing the last known state.

            A click selects, a click on the selected line opens it, and the wheel scrolls. Hold Shift to select text.

            Keys:
            \(KeyBinding.text)

            Without a terminal, or on one that cannot move its cursor (TERM=dumb), it prints the status once, as with --once.

            Examples:
              shippy tui
              shippy tui --readonly --context production
            """)

    @Flag(help: "Print the status once, as text, and exit.")
    var once = false

    @OptionGroup(title: Browsing.heading) var browsing: Flags<Browsing>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let (context, isShown) = try await PanelRun(common, browsing, tab: .overview).show(unless: once)
        if isShown { return }
        if !once { Console.say("shippy: this terminal cannot show the console, so the status is printed once") }
        try await StatusReport.make(context).print(context)
    }
}
