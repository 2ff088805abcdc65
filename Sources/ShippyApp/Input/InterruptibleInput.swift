import Foundation
import ShippyCore

/// Input that may never come, from a person or a pipe. Reading blocks its thread until there is input or ``interrupt()`` is called.
final class InterruptibleInput: Sendable {
    /// The input itself.
    let descriptor: Int32
    private let wake: Int32
    private let waker: Int32

    /// - Parameter descriptor: it is duplicated; standard input by default.
    /// - Throws: ``ShippyError`` `.failed`.
    init(_ descriptor: Int32 = STDIN_FILENO) throws {
        var ends: [Int32] = [-1, -1]
        let duplicate = dup(descriptor)
        guard duplicate >= 0, pipe(&ends) == 0 else {
            let failure = Self.failure(.failed)
            close(duplicate)
            throw failure
        }
        self.descriptor = duplicate
        (wake, waker) = (ends[0], ends[1])
    }

    /// Opens a file. A named pipe is opened without waiting for its writer: reading waits.
    /// - Throws: ``ShippyError`` `.notFound` with the system's reason.
    convenience init(path: String) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { throw Self.failure(.notFound) }
        defer { close(file) }
        // From now on, reading follows poll(2), which waits.
        _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK)
        try self.init(file)
    }

    deinit {
        for descriptor in [descriptor, wake, waker] { close(descriptor) }
    }

    /// Ends all reading, now and later, with a `CancellationError`.
    func interrupt() { _ = write(waker, "x", 1) }

    /// Waits for input on this thread.
    /// - Returns: at most `limit` bytes; none at the end of the input.
    /// - Throws: `CancellationError`; ``ShippyError`` `.failed` with the system's reason.
    func read(atMost limit: Int) throws -> [UInt8] {
        var descriptors = [descriptor, wake].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&descriptors, 2, -1) < 0 {
            guard errno == EINTR else { throw Self.failure(.failed) }
        }
        if descriptors[1].revents != 0 { throw CancellationError() }
        return try [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            var result = Foundation.read(descriptor, buffer.baseAddress!, limit)
            while result < 0, errno == EINTR { result = Foundation.read(descriptor, buffer.baseAddress!, limit) }
            guard result >= 0 else { throw Self.failure(.failed) }
            count = result
        }
    }

    /// Reads until `last` has been read, the input ends, or there are `limit` bytes. It waits on a thread of its own, never on
    /// Swift's, until the task is cancelled.
    ///
    /// - Parameter last: the byte to stop after, so that nothing beyond it is taken from the input; nil reads to the end.
    /// - Throws: as above.
    func read(upTo limit: Int, through last: UInt8? = nil) async throws -> [UInt8] {
        try await withTaskCancellationHandler {
            try await BlockingQueue("input").run { [self] in
                var bytes: [UInt8] = []
                while bytes.count < limit {
                    let block = try read(atMost: last == nil ? min(limit - bytes.count, 64 * 1024) : 1)
                    bytes += block
                    if block.isEmpty || (last != nil && block.last == last) { break }
                }
                return bytes
            }
        } onCancel: {
            interrupt()
        }
    }

    private static func failure(_ code: ShippyError.Code) -> ShippyError { ShippyError(code, String(cString: strerror(errno))) }
}
