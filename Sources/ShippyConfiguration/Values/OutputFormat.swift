/// The format of data: text for people, one JSON value, or one JSON value per line.
package enum OutputFormat: String, CaseIterable, Sendable {
    case text, json, jsonl
}
