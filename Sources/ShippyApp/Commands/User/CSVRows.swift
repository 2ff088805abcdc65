import ShippyCore

/// The records of a CSV file. Each broken record is one error and does not affect other rows.
///
/// An unclosed quote would swallow the following rows. So a broken record ends after its first line, and the other lines that it
/// took are read again.
struct CSVRows {
    /// The column names; nil until the header is read.
    private(set) var header: [String]?
    /// A comma, a semicolon or a tab, as detected from the header.
    private var separator = UInt8(ascii: ",")
    private let limit: Int
    private let lines: LineReader
    private let maps: [ColumnMap]
    /// Lines to read again, the next one first.
    private var again: ArraySlice<LineReader.Line> = []

    /// - Parameter limit: the largest row in bytes.
    init(_ lines: LineReader, limit: Int, maps: [ColumnMap], first: LineReader.Line) {
        self.maps = maps
        self.lines = lines
        self.limit = limit
        again = [first]
    }

    /// The next row after the header, by column names; nil at the end.
    /// - Throws: ``ShippyError`` `.malformed` for an invalid header.
    mutating func next() throws -> (line: Int, fields: Result<[String: String], ShippyError>)? {
        while let line = try nextLine() {
            if line.isBlank { continue }
            guard let header else {
                separator = separator(ofHeader: line)
                header = try fields(ofHeader: record(line).get(), line.number)
                continue
            }
            return (line.number, try record(line).flatMap { named($0, header) })
        }
        return nil
    }

    private mutating func nextLine() throws -> LineReader.Line? {
        if let line = again.popFirst() { return line }
        return try lines.next(limit: limit)
    }

    private func separator(ofHeader line: LineReader.Line) -> UInt8 {
        let known = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        return known.first { separator in
            var record = CSVRecord(separator: separator)
            guard case .success(true) = record.take(line.bytes, line: line.number) else { return false }
            return record.fields.contains { maps.field(of: $0) == "email" }
        } ?? known[0]
    }

    /// The name of a column that is left out.
    private static let leftOut = "-"

    private func fields(ofHeader fields: [String], _ line: Int) throws -> [String] {
        let names = fields.map { maps.field(of: $0) ?? Self.leftOut }
        if let absent = maps.first(where: { map in !fields.contains { $0[...].trimmed.lowercased() == map.column } }) {
            throw ShippyError(.malformed, "line \(line): the header has no column \(absent.column.quoted(limit: 40)), which --map names")
        }
        // Without a header, the first line is a user: do not quote it.
        guard names.contains("email") else {
            throw ShippyError(
                .malformed, "line \(line): the header has no email column: start the file with a line such as email,name,company,password")
        }
        for (place, name) in names.enumerated() where name != Self.leftOut {
            guard UserColumns.isKnown(name) else {
                throw ShippyError(.malformed, "line \(line): \(UserColumns.unknown("column", fields[place][...].trimmed).message)")
            }
            guard names[..<place].allSatisfy({ $0 != name }) else {
                throw ShippyError(.malformed, "line \(line): column \(name) appears twice")
            }
        }
        return names
    }

    /// - Returns: the fields of the record that starts with `first`.
    private mutating func record(_ first: LineReader.Line) throws -> Result<[String], ShippyError> {
        var record = CSVRecord(separator: separator)
        var line = first
        var size = 0
        var taken: [LineReader.Line] = []
        func broken(_ message: String) -> Result<[String], ShippyError> {
            again = taken[...] + again
            let prefix = header == nil ? "line \(first.number): " : ""
            return .failure(ShippyError(.malformed, prefix + message))
        }
        while true {
            if let fault = line.fault {
                guard let open = record.openQuote else { return broken(fault.message) }
                return broken("\(place(open.field)): this quote is still open on line \(line.number), which cannot be read")
            }
            size += line.bytes.count + 1
            switch record.take(line.bytes, line: line.number) {
            case .success(true):
                guard !swallowsRows(record, taken) else {
                    return broken("a quote opened on this line and closed on line \(line.number) spans other rows: close it on this line")
                }
                return .success(record.fields)
            case .failure(let error):
                switch error.fault {
                case .strayQuote(let field):
                    return broken("\(place(field)): quote inside an unquoted value: enclose the value in quotes and double each quote inside it")
                case .textAfterQuote(let field, let end):
                    return broken("\(place(field)): text after the closing quote\(end == first.number ? "" : " on line \(end)")")
                }
            case .success(false):
                let open = record.openQuote.map { place($0.field) } ?? ""
                guard size <= limit else { return broken("\(open): this quote is not closed within \(limit) bytes") }
                guard let next = try nextLine() else { return broken("\(open): this quote is never closed") }
                taken.append(next)
                line = next
            }
        }
    }

    /// Whether lines inside a quoted value look like rows. Then its quote was left open, and one in a later row closed it.
    private func swallowsRows(_ record: CSVRecord, _ taken: [LineReader.Line]) -> Bool {
        guard let header, let email = header.firstIndex(of: "email"), header.count > 1 else { return false }
        return taken.dropLast().contains { line in
            var row = CSVRecord(separator: separator)
            guard case .success(true) = row.take(line.bytes, line: line.number), row.fields.count == header.count else { return false }
            return row.fields[email].contains("@") && (try? EmailAddress(row.fields[email])) != nil
        }
    }

    private func named(_ fields: [String], _ header: [String]) -> Result<[String: String], ShippyError> {
        guard fields.count == header.count else {
            return .failure(ShippyError(.malformed, "\(fields.count) field\(fields.count == 1 ? "" : "s"), expected \(header.count)"))
        }
        return .success(Dictionary(zip(header, fields.map(CSVField.read)), uniquingKeysWith: { first, _ in first }))
    }

    /// `column password`, or the column's number while the header is read.
    private func place(_ field: Int) -> String {
        guard let header, field < header.count else { return "column \(field + 1)" }
        return "column \(header[field])"
    }
}
