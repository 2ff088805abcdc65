import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct UserExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write all users to standard output, as JSONL or CSV.",
        usage: "shippy user export [<options>]",
        discussion: """
            `shippy user import` reads both formats. In CSV, an apostrophe is put before a value that a spreadsheet would \
            treat as a formula; import removes it.

            Examples:
              shippy user export > users.jsonl
              shippy user export --format csv > users.csv
            """)

    @Option(help: "Set the output format.")
    var format = UserFileFormat.jsonl

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsers { users in
            if format == .csv { try await StandardOutput.write(UserCSV.header) }
            var cursor: String?
            while true {
                let page = try await users.users(.all, after: cursor, limit: 1000).map(\.user)
                guard let last = page.last else { return }
                cursor = last.id
                switch format {
                case .jsonl: try await context.rendering.lines(page)
                case .csv: try await StandardOutput.write(page.map { UserCSV.line($0, forTerminal: StandardOutput.isTerminal) }.joined())
                }
            }
        }
    }
}
