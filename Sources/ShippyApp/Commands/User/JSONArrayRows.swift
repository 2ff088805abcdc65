import ShippyCore

/// The objects of a JSON array, one by one, wherever its lines end.
struct JSONArrayRows {
    /// The longest line in bytes: it may be the whole array.
    private static let lineLimit = 64 * 1024 * 1024

    private let lines: LineReader
    /// The longest object in bytes.
    private let limit: Int
    private var line: LineReader.Line
    private var position = 0
    private var isFirst = true
    private var isAtEnd = false

    /// - Parameter first: the line that begins with the bracket.
    init(_ lines: LineReader, limit: Int, first: LineReader.Line) {
        self.lines = lines
        self.limit = limit
        line = first
    }

    /// How much of the first line the reader may take before this knows what the file is.
    static var firstLineLimit: Int { lineLimit }

    /// The next object; nil at the end of the array.
    /// - Throws: ``ShippyError`` `.malformed` where the array is broken. Nothing can be read after that.
    mutating func next() throws -> LineReader.Line? {
        if isAtEnd { return nil }
        if isFirst {
            guard try token() == UInt8(ascii: "[") else { throw broken("expected [") }
            position += 1
        }
        guard let token = try token() else { throw broken("the array is not closed: add ]") }
        if token == UInt8(ascii: "]") {
            position += 1
            guard try self.token() == nil else { throw broken("there is text after the array") }
            isAtEnd = true
            return nil
        }
        if !isFirst {
            guard token == UInt8(ascii: ",") else { throw broken("expected , or ] after an object") }
            position += 1
        }
        isFirst = false
        guard try self.token() == UInt8(ascii: "{") else { throw broken("expected an object: {\"email\":\"…\",\"name\":\"…\"}") }
        return try object()
    }

    /// The next byte that is not white space; nil at the end of the file.
    private mutating func token() throws -> UInt8? {
        while true {
            while position < line.bytes.count {
                let byte = line.bytes[position]
                if ![0x20, 0x09, 0x0d].contains(byte) { return byte }
                position += 1
            }
            guard try nextLine() else { return nil }
        }
    }

    private mutating func nextLine() throws -> Bool {
        guard let next = try lines.next(limit: Self.lineLimit) else { return false }
        line = next
        position = 0
        if let fault = line.fault { throw broken(fault.message) }
        return true
    }

    /// The object that begins here, as a line of its own.
    private mutating func object() throws -> LineReader.Line {
        var object = LineReader.Line(number: line.number, bytes: [])
        var scanner = JSONScanner()
        var isTooLong = false
        while true {
            while position < line.bytes.count {
                let byte = line.bytes[position]
                position += 1
                if object.bytes.count < limit { object.bytes.append(byte) } else { isTooLong = true }
                scanner.take(byte)
                guard scanner.depth == 0, !scanner.isInString else { continue }
                if isTooLong { object.fault = ShippyError(.tooLarge, "row longer than \(limit) bytes") }
                return object
            }
            guard try nextLine() else { throw ShippyError(.malformed, "line \(object.number): the object that begins here is not closed") }
        }
    }

    private func broken(_ reason: String) -> ShippyError { ShippyError(.malformed, "line \(line.number): \(reason)") }
}
