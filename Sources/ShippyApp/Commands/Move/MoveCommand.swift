import ArgumentParser
import ShippyConfiguration
import ShippyCore
import ShippyMove

struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Move everything to other engines: users, mails, sessions, events.",
        usage: "shippy move [<options>]",
        discussion: """
            Moves from the engines that are set to those that are named; what is not named stays where it is. Users keep their \
            IDs, passwords and roles; mails their states and attempts; sessions, tokens, keys and the audit log go along. Events \
            keep their sequences and IDs, and consumer groups go on where they were. Nothing is mailed or published again.

            Stop all services first, or copy with --online and stop them when it says so: then they are away for less time. The \
            old store is fenced, so that nobody can write to it any more, and says where it went. The new one must be empty. All \
            rows are compared before it may be used.

            A move that was interrupted goes on when it is run again. Until it is done, --abort ends it: the old store is as \
            before, and the new one, if it is named, empty again. The registry has nothing to move.

            Examples:
              shippy move --to-store postgres://shippy@db/shippy --dry-run
              shippy move --to-store postgres://shippy@db/shippy --to-bus nats://bus --online
              shippy move --store postgres://shippy@db/shippy --to-store embedded
            """)

    @Option(help: ArgumentHelp("Where users, mails and all else go: a URL as for --store, or embedded for the data directory.", valueName: "url"))
    var toStore: String?

    @Option(help: ArgumentHelp("Where events go: a URL as for --bus.", valueName: "url"))
    var toBus: String?

    @Option(help: ArgumentHelp("Where services will register: a URL as for --registry. It is only checked.", valueName: "url"))
    var toRegistry: String?

    @Flag(help: "Copy most of it while services run, follow their changes, and wait until they are stopped.")
    var online = false

    @Flag(help: "Count what would move, check both sides, and change nothing.")
    var dryRun = false

    @Flag(help: "End a move that is not done.")
    var abort = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard abort || toStore != nil || toBus != nil else { throw ValidationError("Name where to move with --to-store, --to-bus or both.") }
        guard !(abort && dryRun) else { throw ValidationError("Give either --abort or --dry-run.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        try context.checkEngines()
        let run = MoveRun(
            context: context, targets: try MoveTargets(context.configuration, store: toStore, bus: toBus, registry: toRegistry),
            isOnline: online)
        if abort {
            try await run.abandon()
            Console.say("shippy: the move was ended: services can use \(context.configuration.store.place) again")
            if toStore == nil { Console.say("shippy: what it has copied is still there: empty it before you move there again") }
        } else if dryRun {
            try await write(try await run.plan(), context)
            Console.say("shippy: dry run: nothing was moved")
        } else {
            let outcome = try await run.run()
            if outcome.isRepeated { Console.say("shippy: it was moved before: nothing is left to do") }
            if !outcome.isRepeated || context.rendering.format != .text { try await write(outcome.rows, context) }
            for note in run.notes { Console.say("shippy: \(note)") }
        }
    }

    private func write(_ rows: [MovedRows], _ context: CommandContext) async throws {
        try await context.rendering.list(rows) { MoveTable(isPlan: dryRun).fill($0, rows) }
    }
}
