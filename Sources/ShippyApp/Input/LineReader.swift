import Glibc
import ShippyCore

/// Reads a file, or standard input, line by line in blocks of 64 KiB.
final class LineReader {
    struct Line: Sendable {
        /// From 1.
        var number: Int
        /// Without the line feed; a carriage return before it is kept.
        var bytes: [UInt8]
        /// The error, if the line cannot be used. Then ``bytes`` may be incomplete.
        var fault: ShippyError?

        /// Whether it can be used, and has nothing but spaces, tabs and carriage returns.
        var isBlank: Bool { fault == nil && bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d } }

        /// The line as text. It is exact: a line that is not UTF-8 has a ``fault``.
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    private let input: InterruptibleInput
    private let size: Int?
    private var buffer: [UInt8] = []
    private var position = 0
    private var consumed = 0
    private var number = 0
    private var isAtEnd = false

    /// - Throws: ``ShippyError`` `.notFound` for a file that cannot be opened.
    init(path: String) throws {
        do {
            input = try path == "-" ? InterruptibleInput() : InterruptibleInput(path: path)
        } catch let error as ShippyError {
            throw ShippyError(.notFound, "cannot open \(path.quoted(limit: 200)): \(error.message)")
        }
        size = Self.size(of: input.descriptor)
    }

    /// Ends a wait for input, with a `CancellationError`.
    func interrupt() { input.interrupt() }

    /// The file's size; nil if it has none, like a pipe.
    private static func size(of file: Int32) -> Int? {
        let position = lseek(file, 0, SEEK_CUR)
        guard position >= 0 else { return nil }
        let end = lseek(file, 0, SEEK_END)
        lseek(file, position, SEEK_SET)
        return end > 0 ? end : nil
    }

    var progress: Double? { size.map { min(1, Double(consumed) / Double($0)) } }

    /// The next line; nil at the end of the file. A byte order mark at the start is skipped.
    ///
    /// A line has a fault if it is longer than `limit` bytes or not UTF-8, or if it is the first and contains a zero byte.
    func next(limit: Int) throws -> Line? {
        var line: [UInt8] = []
        var length = 0
        var sawAny = false
        while true {
            if position == buffer.count, try !fill() { break }
            sawAny = true
            let rest = buffer[position...]
            let end = rest.firstIndex(of: 10)
            let part = rest[..<(end ?? rest.endIndex)]
            line += part.prefix(max(0, limit - line.count))
            length += part.count
            consumed += part.count + (end == nil ? 0 : 1)
            position = (end ?? rest.endIndex - 1) + 1
            if end != nil { break }
        }
        guard sawAny else { return nil }
        number += 1
        if number == 1, line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        var fault: ShippyError?
        if length > limit {
            fault = ShippyError(.tooLarge, "row longer than \(limit) bytes")
        } else if String(validating: line, as: UTF8.self) == nil || (number == 1 && line.contains(0)) {
            // UTF-16 text in ASCII without a byte order mark is valid UTF-8 with zero bytes.
            fault = ShippyError(.malformed, "not valid UTF-8: save the file as UTF-8")
        }
        return Line(number: number, bytes: line, fault: fault)
    }

    private func fill() throws -> Bool {
        if isAtEnd { return false }
        do {
            buffer = try input.read(atMost: 64 * 1024)
        } catch let error as ShippyError {
            throw ShippyError(.failed, "cannot read the file: \(error.message)")
        }
        isAtEnd = buffer.isEmpty
        position = 0
        return !isAtEnd
    }
}
