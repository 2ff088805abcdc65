import Foundation
import ShippyCore

/// The rows of a file of users, read one by one, so that a file of any size takes little memory.
final class UserRows {
    struct Row {
        /// The line that the row begins on, from 1.
        var line: Int
        var request: Result<CreateUser, ShippyError>
    }

    /// A row larger than this is no user.
    private static let rowLimit = 64 * 1024

    private let lines: LineReader
    private let mailDomain: String
    private var format: UserExportCommand.Format?
    private var header: [String] = []

    /// - Throws: ``ShippyError`` `.notFound` for a file that cannot be opened.
    init(path: String, format: UserExportCommand.Format?, mailDomain: String) throws {
        lines = try LineReader(path: path)
        self.format = format
        self.mailDomain = mailDomain
    }

    /// How much has been read, from 0 to 1; nil where the size is not known.
    var progress: Double? { lines.progress }

    /// The next row, or nil at the end.
    /// - Throws: ``ShippyError`` `.malformed` for a header without an email column.
    func next() throws -> Row? {
        while let (number, text) = try lines.next(limit: Self.rowLimit) {
            if text.allSatisfy(\.isWhitespace) { continue }
            if format == nil { format = text.first { !$0.isWhitespace } == "{" ? .jsonl : .csv }
            if format == .jsonl { return Row(line: number, request: Result { try json(text) }.mapError { .wrapping($0, as: .malformed) }) }
            let record = try completed(text)
            if header.isEmpty {
                header = try UserCSV.fields(record).map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
                guard header.contains("email") else {
                    throw ShippyError(
                        .malformed, "line \(number): the header of the CSV has no column email: \(record.visiblyEscaped(limit: 80).debugQuoted)")
                }
                continue
            }
            return Row(line: number, request: Result { try csv(record) }.mapError { .wrapping($0, as: .malformed) })
        }
        return nil
    }

    /// A record goes on over the end of a line inside quotes.
    private func completed(_ text: String) throws -> String {
        var record = text
        while !record.utf8.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2), record.utf8.count < Self.rowLimit,
            let (_, more) = try lines.next(limit: Self.rowLimit)
        {
            record += "\n" + more
        }
        return record
    }

    private struct JSONRow: Decodable {
        var email: String?
        var name: String?
        var company: String?
        var password: String?
    }

    private static let decoder = JSONDecoder()

    private func json(_ text: String) throws -> CreateUser {
        let row: JSONRow
        do {
            row = try Self.decoder.decode(JSONRow.self, from: Data(text.utf8))
        } catch {
            throw ShippyError(.malformed, "is no JSON object of a user: \(text.visiblyEscaped(limit: 60).debugQuoted)")
        }
        return try request(email: row.email, name: row.name, company: row.company, password: row.password)
    }

    private func csv(_ record: String) throws -> CreateUser {
        let fields = try UserCSV.read(record, header: header)
        return try request(email: fields["email"], name: fields["name"], company: fields["company"], password: fields["password"])
    }

    private func request(email: String?, name: String?, company: String?, password: String?) throws -> CreateUser {
        guard let email, !email.isEmpty else { throw ShippyError(.malformed, "has no email") }
        let address = try EmailAddress(email, defaultDomain: mailDomain)
        return CreateUser(
            email: address.description, name: try UserField.checked(name ?? "", field: "name"),
            company: try UserField.checked(company ?? "", field: "company"), password: password?.isEmpty == false ? password : nil,
            onConflict: .keepExisting)
    }
}
