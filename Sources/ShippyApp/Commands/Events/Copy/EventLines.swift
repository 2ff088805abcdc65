import ShippyCore

/// The lines of an export. Blank lines are skipped.
///
/// `@unchecked Sendable`: the reader is used only on its own queue; interrupting it is safe from anywhere.
final class EventLines: BatchedLines, @unchecked Sendable {
    struct Line: Sendable {
        /// From 1.
        var number: Int
        var event: Result<OutgoingEvent, ShippyError>
    }

    /// In bytes. Longer lines are rejected.
    private static let lineLimit = 16 << 20
    static let batchLimits = (items: 500, bytes: 1 << 20)

    let queue = BlockingQueue("event-lines")
    let lines: LineReader

    /// - Throws: ``ShippyError`` `.notFound` for a file that cannot be opened.
    init(path: String) throws {
        lines = try LineReader(path: path)
    }

    func next() throws -> (item: Line, bytes: Int)? {
        while let line = try lines.next(limit: Self.lineLimit) {
            if line.isBlank { continue }
            let event = Result { () throws -> OutgoingEvent in
                if let fault = line.fault { throw fault }
                return try ExportedEvent.event(line.bytes)
            }.mapError { ShippyError.wrapping($0, as: .malformed) }
            return (Line(number: line.number, event: event), line.bytes.count)
        }
        return nil
    }
}
