import Foundation
import ShippyCore
import SwiftCSV

/// Users as CSV (RFC 4180).
enum UserCSV {
    static let columns = ["id", "name", "company", "email", "created_at"]
    static let header = columns.joined(separator: ",") + "\r\n"

    static func line(_ user: User) -> String {
        [user.id, user.name, user.company, user.email, user.createdAt.description].map(CSVField.write).joined(separator: ",") + "\r\n"
    }

    /// The fields of one record, by the names in `header`.
    /// - Throws: ``ShippyError`` `.malformed` for a record that is no CSV or has another number of fields.
    static func read(_ record: String, header: [String]) throws -> [String: String] {
        let values = try fields(record)
        guard values.count == header.count else {
            throw ShippyError(.malformed, "has \(values.count) fields, and the header \(header.count)")
        }
        return Dictionary(zip(header, values.map(CSVField.read)), uniquingKeysWith: { first, _ in first })
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
}
