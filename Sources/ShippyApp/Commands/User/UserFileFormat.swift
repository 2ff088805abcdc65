import ArgumentParser

/// How a file has users: a JSON object a line, or CSV with a header.
enum UserFileFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, csv
}
