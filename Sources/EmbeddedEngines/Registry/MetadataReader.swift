import Foundation

/// Reads metadata, the same text once: many instances say the same of themselves.
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
