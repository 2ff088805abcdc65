/// The format of data: text for people, one JSON value, one JSON value per line, or CSV with a header.
package enum OutputFormat: String, CaseIterable, Sendable {
    case text, json, jsonl, csv
}
