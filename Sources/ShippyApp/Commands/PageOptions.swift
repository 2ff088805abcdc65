import ArgumentParser
import ShippyConfiguration
import ShippyCore

/// The options for long lists.
struct PageOptions: ParsableArguments {
    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("List at most n entries.", valueName: "n"))
    var limit = 100

    @Option(help: ArgumentHelp("Start after this ID.", valueName: "id"))
    var after: String?

    @Flag(help: "List all entries.")
    var all = false

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit must be at least 1.") }
    }

    /// Reads page after page and writes each at once.
    ///
    /// - Parameters:
    ///   - page: returns at most this many values after an ID, or from the beginning.
    ///   - table: adds values to the table of the text format.
    func list<Value: JSONWritable>(
        _ context: CommandContext, id: (Value) -> String, page: (String?, Int) async throws -> [Value],
        table: (Table.Builder, [Value]) -> Void
    ) async throws {
        let format = context.rendering.format
        var cursor = after
        var rest = all ? Int.max : limit
        var listed: [Value] = []
        var csv = CSVLines()
        while rest > 0 {
            let page = try await page(cursor, min(rest, 1000))
            guard let last = page.last else { break }
            rest -= page.count
            cursor = id(last)
            switch format {
            case .jsonl: try await context.rendering.lines(page)
            case .csv: try await StandardOutput.write(csv.lines(page))
            case .text, .json: listed += page
            }
        }
        if format == .jsonl || format == .csv { return }
        try await context.rendering.list(listed) { table($0, listed) }
        if !all, rest == 0, let cursor {
            Console.say("There may be more: continue with --after \(cursor), or list all with --all.")
        }
    }
}
