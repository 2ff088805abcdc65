import ArgumentParser
import ShippyCore

/// How much of a long list is shown.
struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How many at most. (default: 100)", valueName: "n"))
    var limit: Int?

    @Option(help: ArgumentHelp("Begin after the one with this id.", valueName: "cursor"))
    var after: String?

    @Flag(help: "List all of them.")
    var all = false

    /// Gets page after page and writes them; lines need not wait for the end.
    ///
    /// - Parameters:
    ///   - page: at most so many that come after an id, or from the beginning.
    ///   - table: for people.
    func list<Value: JSONWritable>(
        _ context: CommandContext, id: (Value) -> String, page: (String?, Int) async throws -> [Value],
        table: (Table.Builder, [Value]) -> Void
    ) async throws {
        let limit = try context.settings.int("limit", limit, default: 100, in: 1...1_000_000_000)
        let format = context.rendering.format
        var cursor = context.settings.string("after", after)
        var rest = all ? Int.max : limit
        var listed: [Value] = []
        while rest > 0 {
            let page = try await page(cursor, min(rest, 1000))
            guard let last = page.last else { break }
            rest -= page.count
            cursor = id(last)
            if format == .jsonl { try await context.rendering.lines(page) } else { listed += page }
        }
        if format == .jsonl { return }
        try await context.rendering.list(listed) { table($0, listed) }
        if !all, rest == 0, let cursor, format == .text, Console.isTerminal {
            Console.say("There may be more: go on with --after \(cursor), or list --all.")
        }
    }
}
