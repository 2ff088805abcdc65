import ArgumentParser

/// How data is written: for people, as one JSON value, or as one JSON value a line.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, json, jsonl
}

enum ColorMode: String, CaseIterable, ExpressibleByArgument, Sendable {
    case auto, always, never
}

enum LogFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, json
}
