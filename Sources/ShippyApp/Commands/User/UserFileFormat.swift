import ArgumentParser

/// The format of a file of users: one JSON object per line, or CSV with a header.
enum UserFileFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, csv
}
