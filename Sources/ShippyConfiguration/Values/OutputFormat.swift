/// How data is written: for people, as one JSON value, or as one JSON value a line.
package enum OutputFormat: String, CaseIterable, Sendable {
    case text, json, jsonl
}
