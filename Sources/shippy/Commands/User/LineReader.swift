import Glibc
import ShippyCore

/// Reads a file, or standard input, line by line in blocks of 64 KiB.
final class LineReader {
    private let file: Int32
    private let size: Int?
    private var buffer: [UInt8] = []
    private var position = 0
    private var consumed = 0
    private var number = 0
    private var isAtEnd = false

    init(path: String) throws {
        if path == "-" {
            file = dup(STDIN_FILENO)
        } else {
            file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else {
                throw ShippyError(.notFound, "cannot open \(path.debugQuoted): \(String(cString: strerror(errno)))")
            }
        }
        var status = stat()
        size = fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0 ? Int(status.st_size) : nil
    }

    deinit { close(file) }

    var progress: Double? { size.map { min(1, Double(consumed) / Double($0)) } }

    /// The next line without its end, and its number from 1; nil at the end of the file. What is not UTF-8 comes as U+FFFD.
    ///
    /// A longer line than `limit` bytes is cut there, and the rest of it is skipped.
    func next(limit: Int) throws -> (Int, String)? {
        var line: [UInt8] = []
        var sawAny = false
        while true {
            if position == buffer.count, try !fill() { break }
            sawAny = true
            let rest = buffer[position...]
            let end = rest.firstIndex(of: 10)
            let part = rest[..<(end ?? rest.endIndex)]
            line += part.prefix(max(0, limit - line.count))
            consumed += part.count + (end == nil ? 0 : 1)
            position = (end ?? rest.endIndex - 1) + 1
            if end != nil { break }
        }
        guard sawAny else { return nil }
        if line.last == 13 { line.removeLast() }
        number += 1
        return (number, String(decoding: line, as: UTF8.self))
    }

    private func fill() throws -> Bool {
        if isAtEnd { return false }
        let block = try [UInt8](unsafeUninitializedCapacity: 64 * 1024) { buffer, count in
            var result = read(file, buffer.baseAddress!, buffer.count)
            while result < 0, errno == EINTR { result = read(file, buffer.baseAddress!, buffer.count) }
            guard result >= 0 else { throw ShippyError(.failed, "cannot read the file: \(String(cString: strerror(errno)))") }
            count = result
        }
        isAtEnd = block.isEmpty
        buffer = block
        position = 0
        return !block.isEmpty
    }
}
