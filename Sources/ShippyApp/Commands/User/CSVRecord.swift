/// Parses one CSV record (RFC 4180) line by line, because a quoted field may contain line breaks.
struct CSVRecord {
    /// An error in a record, with its place but without its content.
    enum Fault: Hashable {
        /// Text follows the closing quote of a field.
        case textAfterQuote(field: Int, line: Int)
        /// A quote inside an unquoted field.
        case strayQuote(field: Int)
    }

    private enum State {
        case fieldStart, plain, quoted, quoteInQuoted
    }

    private let separator: UInt8
    /// The complete fields.
    private(set) var fields: [String] = []
    /// The index of the field whose quote is open, and the line on which it opened.
    private(set) var openQuote: (field: Int, line: Int)?
    private var state = State.fieldStart
    private var field: [UInt8] = []

    init(separator: UInt8 = UInt8(ascii: ",")) {
        self.separator = separator
    }

    /// Parses the next line.
    /// - Returns: whether the record is complete.
    mutating func take(_ bytes: [UInt8], line: Int) -> Result<Bool, FaultError> {
        // A carriage return is part of the line end, except inside quotes.
        let hasReturn = bytes.last == 13
        for byte in hasReturn ? bytes.dropLast() : bytes[...] {
            if let fault = take(byte, line) { return .failure(FaultError(fault: fault)) }
        }
        if state == .quoted {
            if hasReturn { field.append(13) }
            field.append(10)
            return .success(false)
        }
        endField()
        return .success(true)
    }

    struct FaultError: Error {
        var fault: Fault
    }

    private mutating func take(_ byte: UInt8, _ line: Int) -> Fault? {
        let quote = UInt8(ascii: "\"")
        switch (state, byte) {
        case (.fieldStart, quote):
            state = .quoted
            openQuote = (fields.count, line)
        case (.fieldStart, separator), (.plain, separator), (.quoteInQuoted, separator): endField()
        case (.plain, quote): return .strayQuote(field: fields.count)
        case (.fieldStart, _), (.plain, _):
            state = .plain
            field.append(byte)
        case (.quoted, quote): state = .quoteInQuoted
        case (.quoted, _): field.append(byte)
        case (.quoteInQuoted, quote):
            state = .quoted
            field.append(byte)
        case (.quoteInQuoted, _): return .textAfterQuote(field: fields.count, line: line)
        }
        return nil
    }

    private mutating func endField() {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
        openQuote = nil
        state = .fieldStart
    }
}
