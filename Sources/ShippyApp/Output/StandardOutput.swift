import Foundation
import ShippyCore

/// The reader of the output is gone, as with `| head`. The command ends quietly.
struct OutputClosed: Error {}

/// Standard output, for data. Writes block a separate thread, never Swift's thread pool.
struct StandardOutput: Sendable {
    static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let queue = BlockingQueue("standard-output")

    /// Writes all bytes.
    /// - Throws: ``OutputClosed``, or ``ShippyError`` `.failed` for a full disk.
    static func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await queue.run { try writeAll(bytes) }
    }

    static func write(_ text: String) async throws {
        try await write([UInt8](text.utf8))
    }

    /// The most bytes that a pipe with room takes without waiting: `PIPE_BUF`.
    private static let pipeRoom = 4096

    /// Writes all bytes on this thread, which must not be one of Swift's.
    ///
    /// - Parameter check: called a few times a second while the reader is slow. What it throws ends the writing.
    /// - Throws: as above.
    static func write(_ bytes: UnsafeRawBufferPointer, whileWaiting check: () throws -> Void) throws {
        var position = 0
        while position < bytes.count {
            var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            if poll(&descriptor, 1, 200) == 0 {
                try check()
                continue
            }
            let count = Foundation.write(STDOUT_FILENO, bytes.baseAddress! + position, min(pipeRoom, bytes.count - position))
            if count < 0, errno != EINTR, errno != EAGAIN { throw failure() }
            position += max(0, count)
        }
    }

    /// Whether the reader is gone. A command that writes nothing would not notice.
    static var isClosed: Bool {
        var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&descriptor, 1, 0) > 0 && descriptor.revents & Int16(POLLERR) != 0
    }

    /// Keeps others from reading it, if it is a file.
    /// - Throws: ``ShippyError`` `.denied` if they could all the same.
    static func makePrivate() throws {
        guard RegularFile.isOpen(at: STDOUT_FILENO), fchmod(STDOUT_FILENO, 0o600) != 0 else { return }
        throw ShippyError(
            .denied, "cannot keep other users from reading the output file: \(String(cString: strerror(errno))): choose another file")
    }

    private static func writeAll(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var position = 0
            while position < buffer.count {
                let count = Foundation.write(STDOUT_FILENO, buffer.baseAddress! + position, buffer.count - position)
                if count >= 0 {
                    position += count
                } else if errno == EAGAIN {
                    var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&descriptor, 1, -1)
                } else if errno != EINTR {
                    throw failure()
                }
            }
        }
    }

    /// The error in `errno`.
    private static func failure() -> any Error {
        errno == EPIPE ? OutputClosed() : ShippyError(.failed, "cannot write standard output: \(String(cString: strerror(errno)))")
    }
}
