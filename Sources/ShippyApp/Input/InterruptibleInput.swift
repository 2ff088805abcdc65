import Glibc
import ShippyCore

/// Input from a person or a pipe, which may never come. Reads block a thread of their own, never Swift's thread pool, and end when
/// the task is cancelled.
struct InterruptibleInput: Sendable {
    static let standard = InterruptibleInput(descriptor: STDIN_FILENO)

    let descriptor: Int32

    /// Reads until `last` has been read, the input ends, or there are `limit` bytes.
    ///
    /// - Parameter last: the byte to stop after, so that nothing beyond it is taken from the input; nil reads to the end.
    /// - Throws: `CancellationError`; ``ShippyError`` `.failed` with the system's reason.
    func read(upTo limit: Int, through last: UInt8? = nil) async throws -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Self.failure() }
        let (wake, waker) = (ends[0], ends[1])
        defer { [wake, waker].forEach { close($0) } }
        return try await withTaskCancellationHandler {
            try await BlockingQueue("input").run {
                var bytes: [UInt8] = []
                while bytes.count < limit {
                    try wait(orUntil: wake)
                    let block = try read(atMost: last == nil ? min(limit - bytes.count, 64 * 1024) : 1)
                    bytes += block
                    if block.isEmpty || (last != nil && block.last == last) { break }
                }
                return bytes
            }
        } onCancel: {
            _ = write(waker, "x", 1)
        }
    }

    /// Waits until there is something to read.
    private func wait(orUntil wake: Int32) throws {
        var descriptors = [descriptor, wake].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&descriptors, 2, -1) < 0 {
            guard errno == EINTR else { throw Self.failure() }
        }
        if descriptors[1].revents != 0 { throw CancellationError() }
    }

    /// - Returns: nothing at the end of the input.
    private func read(atMost limit: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var result = Glibc.read(descriptor, buffer.baseAddress!, limit)
            while result < 0, errno == EINTR { result = Glibc.read(descriptor, buffer.baseAddress!, limit) }
            guard result >= 0 else { throw Self.failure() }
            count = result
        }
    }

    private static func failure() -> ShippyError {
        ShippyError(.failed, String(cString: strerror(errno)))
    }
}
