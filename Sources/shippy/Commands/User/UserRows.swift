import Foundation
import ShippyCore

/// The rows of a file of users, read a batch at a time, so that a file of any size takes little memory.
///
/// `@unchecked Sendable`: its state is touched on its own queue alone.
final class UserRows: @unchecked Sendable {
    struct Row: Sendable {
        /// The line that the row begins on, from 1.
        var line: Int
        var request: Result<CreateUser, ShippyError>
    }

    /// A row larger than this is no user.
    private static let rowLimit = 64 * 1024

    /// Rows of one batch, and their bytes: a batch is one message to the users service, which takes 64 KiB.
    private static let batchRows = 500
    private static let batchBytes = 48 * 1024

    private let queue = BlockingQueue("user-rows")
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

    /// The next rows, none at the end, and how much of the file has been read, from 0 to 1, where its size is known.
    /// - Throws: ``ShippyError`` `.malformed` for a header without an email column.
    func nextBatch() async throws -> (rows: [Row], progress: Double?) {
        try await queue.run { [self] in
            var rows: [Row] = []
            var bytes = 0
            while rows.count < Self.batchRows, bytes < Self.batchBytes, let row = try next() {
                rows.append(row)
                if case .success(let request) = row.request { bytes += request.size }
            }
            return (rows, lines.progress)
        }
    }

    private func next() throws -> Row? {
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

extension CreateUser {
    /// About what it takes in a message.
    fileprivate var size: Int {
        32 + email.utf8.count + name.utf8.count + company.utf8.count + (password?.utf8.count ?? 0)
    }
}
