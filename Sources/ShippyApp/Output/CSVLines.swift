import Foundation
import ShippyCore

/// CSV (RFC 4180) with a column for each member of the values' JSON, in pages of any length.
struct CSVLines {
    private var columns: [String]
    private var hasHeader = false
    /// Whether control characters are escaped. Nothing that reads CSV undoes that.
    private let isForTerminal: Bool

    /// - Parameter columns: those that a header has even if there is no value; others are added by the first page.
    init(columns: [String] = [], isForTerminal: Bool = StandardOutput.isTerminal) {
        self.columns = columns
        self.isForTerminal = isForTerminal
    }

    /// The next lines: the header, if there was none yet, and one for each value.
    ///
    /// - Throws: ``ShippyError`` `.failed` for a value with a member that the header has not.
    mutating func lines(_ values: [some JSONWritable]) throws -> String {
        let rows = values.map { Self.members(of: $0.json) }
        var text = ""
        if !hasHeader {
            for name in rows.flatMap({ $0.map(\.name) }) where !columns.contains(name) { columns.append(name) }
            guard !columns.isEmpty else { return "" }
            hasHeader = true
            text += columns.joined(separator: ",") + "\r\n"
        }
        for row in rows {
            var cells = [String](repeating: "", count: columns.count)
            for (name, value) in row {
                guard let place = columns.firstIndex(of: name) else {
                    throw ShippyError(.failed, "CSV has no column for \(name): use -o jsonl")
                }
                cells[place] = cell(value)
            }
            text += cells.joined(separator: ",") + "\r\n"
        }
        return text
    }

    private func cell(_ json: ArraySlice<UInt8>) -> String {
        guard json.first == UInt8(ascii: "\"") else {
            // A number or a truth value, or what has parts of its own: as in JSON.
            let text = String(decoding: json, as: UTF8.self)
            return text == "null" ? "" : json.first == UInt8(ascii: "{") || json.first == UInt8(ascii: "[") ? CSVField.write(text) : text
        }
        let text = (try? JSONSerialization.jsonObject(with: Data(json), options: .fragmentsAllowed)) as? String ?? ""
        return CSVField.write(isForTerminal ? text.visiblyEscaped() : text)
    }

    /// The members of an object that ``JSONWriter`` wrote, in its order: names have no escapes, and there is no white space.
    static func members(of json: [UInt8]) -> [(name: String, value: ArraySlice<UInt8>)] {
        var members: [(name: String, value: ArraySlice<UInt8>)] = []
        var position = 1
        while position < json.count, json[position] == UInt8(ascii: "\"") {
            let name = json[(position + 1)...].prefix { $0 != UInt8(ascii: "\"") }
            let start = name.endIndex + 2
            let end = self.end(ofValueAt: start, in: json)
            members.append((String(decoding: name, as: UTF8.self), json[start..<end]))
            position = end + 1
        }
        return members
    }

    private static func end(ofValueAt start: Int, in json: [UInt8]) -> Int {
        var scanner = JSONScanner()
        for position in start..<json.count {
            let byte = json[position]
            let mayEnd = scanner.depth == 0 && !scanner.isInString
            if mayEnd, byte == UInt8(ascii: "}") || byte == UInt8(ascii: ",") { return position }
            scanner.take(byte)
        }
        return json.count
    }
}
