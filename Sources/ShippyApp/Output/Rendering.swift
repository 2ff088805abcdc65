import ShippyConfiguration
import ShippyCore

/// Writes lists and single values in the requested format.
struct Rendering: Sendable {
    var format: OutputFormat
    var style: Style

    /// Writes a list: a table as text, an array as `json`, one line per value as `jsonl`.
    func list<Value: JSONWritable>(_ values: [Value], table: (Table.Builder) -> Void) async throws {
        switch format {
        case .text:
            let builder = Table.Builder()
            table(builder)
            try await StandardOutput.write(builder.table.render(style: style, width: Terminal.columns))
        case .json:
            var json = JSONWriter()
            json.array { json in values.forEach { json.value($0) } }
            json.newline()
            try await StandardOutput.write(json.bytes)
        case .jsonl:
            try await lines(values)
        case .csv:
            try await csv(values)
        }
    }

    private func csv(_ values: [some JSONWritable]) async throws {
        var csv = CSVLines()
        try await StandardOutput.write(csv.lines(values))
    }

    /// Writes one value: `label: value` lines as text, otherwise one JSON value.
    func value(_ value: some JSONWritable, fields: [(String, String)]) async throws {
        switch format {
        case .text:
            try await StandardOutput.write(Self.text(fields, style))
        case .json, .jsonl:
            try await lines([value])
        case .csv:
            try await csv([value])
        }
    }

    /// Writes one value: a line of text, or one JSON value.
    func value(_ value: some JSONWritable, text: String) async throws {
        switch format {
        case .text: try await StandardOutput.write(text + "\n")
        case .json, .jsonl: try await lines([value])
        case .csv: try await csv([value])
        }
    }

    /// `label: value` lines.
    static func text(_ fields: [(String, String)], _ style: Style) -> String {
        let width = fields.map(\.0.count).max() ?? 0
        return fields.map { label, value in style.bold(label.padding(to: width)) + "  " + value.visiblyEscaped() + "\n" }.joined()
    }

    /// Refuses CSV, for what is no list: a stream of several kinds of values, or a report.
    /// - Throws: ``ShippyError`` `.usage`.
    func refuseCSV() throws {
        if format == .csv { throw ShippyError(.usage, "-o csv is for lists and single values: use text, json or jsonl") }
    }

    /// Writes one JSON value per line.
    func lines(_ values: [some JSONWritable]) async throws {
        var json = JSONWriter()
        for value in values {
            json.value(value)
            json.newline()
        }
        try await StandardOutput.write(json.bytes)
    }
}
