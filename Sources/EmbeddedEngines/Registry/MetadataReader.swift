import Foundation

/// Parses metadata, each distinct text once: many instances have the same metadata.
struct MetadataReader {
    private let decoder = JSONDecoder()
    private var known: [String: [String: String]] = [:]

    mutating func read(_ text: String) throws -> [String: String] {
        if let metadata = known[text] { return metadata }
        let metadata = try decoder.decode([String: String].self, from: Data(text.utf8))
        known[text] = metadata
        return metadata
    }
}
