import Foundation
import ShippyCore

/// Reads the rows of a file of users in batches, so that a file of any size takes little memory.
///
/// Errors name the line, the column and the reason. They never quote the row, except for its e-mail address: the next column may
/// be a password.
///
/// `@unchecked Sendable`: the state is used only on its own queue; interrupting the reader is safe from anywhere.
final class UserRows: BatchedLines, @unchecked Sendable {
    struct Row: Sendable {
        /// The row's first line, from 1.
        var line: Int
        var request: Result<CreateUser, ShippyError>
        /// What of it is not imported; said once for a file.
        var warnings: [String] = []
    }

    private enum Source {
        case unread
        case jsonl(first: LineReader.Line?)
        case csv(CSVRows)
        case array(JSONArrayRows)
    }

    /// In bytes. Longer rows are rejected.
    private static let rowLimit = 64 * 1024

    /// A batch usually fits into one message to the users service, whose limit is 64 KiB.
    static let batchLimits = (items: 500, bytes: 48 * 1024)

    let queue = BlockingQueue("user-rows")
    let lines: LineReader
    private let mailDomain: String?
    private let takesBareNames: Bool
    private let format: UserFileFormat?
    private let maps: [ColumnMap]
    private let keepsIDs: Bool
    /// The ignored fields that a warning has named.
    private var warned: Set<String> = []
    private var source = Source.unread

    /// - Parameters:
    ///   - mailDomain: the domain to add to addresses without one; nil leaves that to the users service.
    ///   - takesBareNames: false if the users service is known to reject addresses without a domain.
    ///   - keepsIDs: whether each user keeps the ID, and the time of creation if the row has it.
    /// - Throws: ``ShippyError`` `.notFound` for a file that cannot be opened.
    init(
        path: String, format: UserFileFormat?, maps: [ColumnMap] = [], mailDomain: String?, takesBareNames: Bool = true, keepsIDs: Bool = false
    ) throws {
        self.maps = maps
        self.keepsIDs = keepsIDs
        lines = try LineReader(path: path)
        self.takesBareNames = takesBareNames
        self.format = format
        self.mailDomain = mailDomain
    }

    /// - Throws: ``ShippyError`` `.malformed` for an invalid header.
    func next() throws -> (item: Row, bytes: Int)? {
        try nextRow().map { ($0, (try? $0.request.get())?.size ?? 0) }
    }

    private func nextRow() throws -> Row? {
        switch source {
        case .unread:
            // An array may be one line.
            guard var first = try firstLine(limit: JSONArrayRows.firstLineLimit) else { return nil }
            if format != .csv, first.fault == nil, first.text.first(where: { !$0.isWhitespace }) == "[" {
                source = .array(JSONArrayRows(lines, limit: Self.rowLimit, first: first))
                return try nextRow()
            }
            if first.bytes.count > Self.rowLimit { first.fault = first.fault ?? ShippyError(.tooLarge, "row longer than \(Self.rowLimit) bytes") }
            let isJSON = format.map { $0 == .jsonl } ?? (first.text.first { !$0.isWhitespace } == "{")
            source = isJSON ? .jsonl(first: first) : .csv(CSVRows(lines, limit: Self.rowLimit, maps: maps, first: first))
            return try nextRow()
        case .csv(var rows):
            let row = try rows.next()
            source = .csv(rows)
            return row.map { row in
                Row(
                    line: row.line, request: row.fields.flatMap { fields in Self.result { try request { fields[$0] } } },
                    warnings: warnings(rows.header ?? []))
            }
        case .array(var rows):
            let line = try rows.next()
            source = .array(rows)
            return line.map(row)
        case .jsonl(let first):
            source = .jsonl(first: nil)
            guard let line = try first ?? firstLine() else { return nil }
            return row(line)
        }
    }

    /// The next line that is not blank.
    private func firstLine(limit: Int = rowLimit) throws -> LineReader.Line? {
        while let line = try lines.next(limit: limit) {
            if line.fault != nil || !line.text.allSatisfy(\.isWhitespace) { return line }
        }
        return nil
    }

    private static func result(_ body: () throws -> CreateUser) -> Result<CreateUser, ShippyError> {
        Result { try body() }.mapError { .wrapping($0, as: .malformed) }
    }

    private func row(_ line: LineReader.Line) -> Row {
        var names: [String] = []
        let request = Self.result { try json(line, &names) }
        return Row(line: line.number, request: request, warnings: warnings(names))
    }

    /// Of fields that are not imported, those that no warning has named yet.
    private func warnings(_ fields: [String]) -> [String] {
        if keepsIDs { return [] }
        return UserColumns.onRequest.filter { fields.contains($0) && warned.insert($0).inserted }.map(UserColumns.warning)
    }

    /// - Parameter names: gets the names of the object's fields.
    private func json(_ line: LineReader.Line, _ names: inout [String]) throws -> CreateUser {
        if let fault = line.fault { throw fault }
        guard let value = try? JSONSerialization.jsonObject(with: Data(line.bytes)), let object = value as? [String: Any] else {
            throw ShippyError(.malformed, "not a JSON user object: write {\"email\":\"…\",\"name\":\"…\"} on a line of its own")
        }
        var fields: [String: Any] = [:]
        for (name, value) in object.sorted(by: { $0.key < $1.key }) {
            // Names of JSON have a case, unless --map gives others.
            let field = maps.contains { $0.column == name[...].trimmed.lowercased() } ? maps.field(of: name) : name
            guard let field else { continue }
            guard UserColumns.isKnown(field) else { throw UserColumns.unknown("field", name) }
            guard fields.updateValue(value, forKey: field) == nil else { throw ShippyError(.malformed, "field \(field) appears twice") }
        }
        names = Array(fields.keys)
        return try request { name in
            guard let value = fields[name], !(value is NSNull) else { return nil }
            if name == "confirmed", let isConfirmed = value as? Bool { return isConfirmed ? "true" : "false" }
            guard let text = value as? String else { throw ShippyError(.malformed, "field \(name) is not a string") }
            return text
        }
    }

    private func request(_ field: (String) throws -> String?) throws -> CreateUser {
        let kept = try kept { try field($0).flatMap { $0.isEmpty ? nil : $0 } }
        guard let email = try field("email"), !email.isEmpty else { throw ShippyError(.malformed, "email is missing") }
        let address: RequestedEmail
        do {
            if !takesBareNames, mailDomain == nil { _ = try EmailAddress(email) }
            address = try RequestedEmail(email, domain: mailDomain)
        } catch let error as ShippyError where !email.contains("@") {
            // Not quoted: in a file with mixed-up columns it may be anything.
            throw ShippyError(error.code, "email is not an e-mail address: use name@domain", field: "email")
        }
        let password = try field("password")
        return CreateUser(
            email: address.text, name: try UserField.checked(try field("name") ?? "", field: "name"),
            company: try UserField.checked(try field("company") ?? "", field: "company"), password: password?.isEmpty == false ? password : nil,
            onConflict: .keepExisting, kept: kept)
    }

    /// - Parameter field: nil for one that is empty, too.
    private func kept(_ field: (String) throws -> String?) throws -> KeptUser {
        var kept = KeptUser(
            passwordHash: try field("password_hash"), role: try field("role").map { try Self.value($0, of: "role", AccessRole.self) },
            state: try field("state").map { try Self.value($0, of: "state", UserState.self) },
            isConfirmed: try field("confirmed").map { try Self.truth($0, of: "confirmed") })
        guard keepsIDs else { return kept }
        guard let id = try field("id") else {
            throw ShippyError(.malformed, "id is missing: add it, or import the users without --keep-ids", field: "id")
        }
        kept.id = id.lowercased()
        kept.createdAt = try field("created_at").map { text in
            guard let time = Timestamp(text) else {
                throw ShippyError(.malformed, "created_at is not a time: write it as in 2026-01-02T03:04:05.678Z", field: "created_at")
            }
            return time
        }
        return kept
    }

    // Errors quote nothing: in a file with mixed-up columns it may be anything.

    private static func value<Value: RawRepresentable<String> & CaseIterable>(
        _ text: String, of field: String, _ type: Value.Type
    ) throws -> Value {
        if let value = Value(rawValue: text.lowercased()) { return value }
        throw ShippyError(.malformed, "\(field) is not one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))", field: field)
    }

    private static func truth(_ text: String, of field: String) throws -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1": return true
        case "false", "no", "0": return false
        default: throw ShippyError(.malformed, "\(field) is not true or false", field: field)
        }
    }
}

extension CreateUser {
    /// The approximate size in a message.
    fileprivate var size: Int {
        32 + email.utf8.count + name.utf8.count + company.utf8.count + (password?.utf8.count ?? 0) + (kept.isEmpty ? 0 : 160)
    }
}
