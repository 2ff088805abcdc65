import ArgumentParser
import ShippyCore

struct UserExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all users to standard output, as JSONL or CSV.",
        discussion: """
            `shippy user import` reads both again. In CSV, a value that a spreadsheet would take for a formula gets an apostrophe \
            in front.
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case jsonl, csv
    }

    @Option(help: "jsonl or csv. (default: jsonl)")
    var format: Format?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let format = try context.settings.value("format", format, default: Format.jsonl)
        try await withUsers(context) { users in
            if format == .csv { try await StandardOutput.write(UserCSV.header) }
            var cursor: String?
            while true {
                let page = try await users.users(after: cursor, limit: 1000)
                guard let last = page.last else { return }
                cursor = last.id
                switch format {
                case .jsonl: try await context.rendering.lines(page)
                case .csv: try await StandardOutput.write(page.map(UserCSV.line).joined())
                }
            }
        }
    }
}
