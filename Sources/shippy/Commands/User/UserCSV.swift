import Foundation
import ShippyCore
import SwiftCSV

/// Users as CSV (RFC 4180).
enum UserCSV {
    static let columns = ["id", "name", "company", "email", "created_at"]
    static let header = columns.joined(separator: ",") + "\r\n"

    static func line(_ user: User) -> String {
        [user.id, user.name, user.company, user.email, user.createdAt.description].map(field).joined(separator: ",") + "\r\n"
    }

    /// A value that a spreadsheet would run as a formula begins with an apostrophe, which it takes for "this is text".
    private static func field(_ value: String) -> String {
        var text = value
        if let first = text.unicodeScalars.first, "=+-@\t\r'".unicodeScalars.contains(first) { text = "'" + text }
        guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// The fields of one record, by the names in `header`.
    /// - Throws: ``ShippyError`` `.malformed` for a record that is no CSV or has another number of fields.
    static func read(_ record: String, header: [String]) throws -> [String: String] {
        let values = try fields(record)
        guard values.count == header.count else {
            throw ShippyError(.malformed, "has \(values.count) fields, and the header \(header.count)")
        }
        return Dictionary(zip(header, values.map(unquotedFormula)), uniquingKeysWith: { first, _ in first })
    }

    static func fields(_ record: String) throws -> [String] {
        do {
            var row: [String] = []
            try EnumeratedCSV(string: record + "\n", delimiter: .comma, loadColumns: false).enumerateAsArray(startAt: 0, rowLimit: 1) { row = $0 }
            return row
        } catch {
            throw ShippyError(.malformed, "is no CSV: \(error)")
        }
    }

    private static func unquotedFormula(_ value: String) -> String {
        guard value.hasPrefix("'"), let second = value.unicodeScalars.dropFirst().first, "=+-@\t\r'".unicodeScalars.contains(second) else {
            return value
        }
        return String(value.dropFirst())
    }
}
