/// One record of CSV (RFC 4180), taken in a line at a time, because a field in quotes may go on over the end of a line.
struct CSVRecord {
    /// What is wrong with a record. It names places, never what is there.
    enum Fault: Hashable {
        /// Other text comes after the quote that closes a field.
        case textAfterQuote(field: Int, line: Int)
        /// A quote inside a field that is not in quotes itself.
        case strayQuote(field: Int)
    }

    private enum State {
        case fieldStart, plain, quoted, quoteInQuoted
    }

    private let separator: UInt8
    /// As far as they are complete.
    private(set) var fields: [String] = []
    /// The place of the field whose quote is open, from 0, and the line on which it opened.
    private(set) var openQuote: (field: Int, line: Int)?
    private var state = State.fieldStart
    private var field: [UInt8] = []

    init(separator: UInt8 = UInt8(ascii: ",")) {
        self.separator = separator
    }

    /// Takes the next line.
    /// - Returns: whether the record is complete.
    mutating func take(_ bytes: [UInt8], line: Int) -> Result<Bool, FaultError> {
        // A carriage return belongs to the end of the line, except inside quotes.
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
