import ShippyCore

/// Reads the lines of an export in batches, so that a file of any size takes little memory.
///
/// `@unchecked Sendable`: the reader is used only on its own queue; interrupting it is safe from anywhere.
final class EventLines: @unchecked Sendable {
    struct Line: Sendable {
        /// From 1.
        var number: Int
        var event: Result<OutgoingEvent, ShippyError>
        fileprivate var size: Int
    }

    /// In bytes. Longer lines are rejected.
    private static let lineLimit = 16 << 20
    /// A batch ends once it has this many lines or bytes.
    private static let (batchLines, batchBytes) = (500, 1 << 20)

    private let queue = BlockingQueue("event-lines")
    private let lines: LineReader

    /// - Throws: ``ShippyError`` `.notFound` for a file that cannot be opened.
    init(path: String) throws {
        lines = try LineReader(path: path)
    }

    /// The next lines, empty at the end, and the fraction of the file read so far, if its size is known. Blank lines are skipped.
    func nextBatch() async throws -> (lines: [Line], progress: Double?) {
        try await withTaskCancellationHandler {
            try await queue.run { [self] in
                var batch: [Line] = []
                var bytes = 0
                while batch.count < Self.batchLines, bytes < Self.batchBytes, let line = try next() {
                    batch.append(line)
                    bytes += line.size
                }
                return (batch, lines.progress)
            }
        } onCancel: {
            lines.interrupt()
        }
    }

    private func next() throws -> Line? {
        while let line = try lines.next(limit: Self.lineLimit) {
            if line.fault == nil, line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
            let event = Result { () throws -> OutgoingEvent in
                if let fault = line.fault { throw fault }
                return try ExportedEvent.event(line.bytes)
            }.mapError { ShippyError.wrapping($0, as: .malformed) }
            return Line(number: line.number, event: event, size: line.bytes.count)
        }
        return nil
    }
}
