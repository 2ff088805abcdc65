import Foundation
import ShippyCore

/// The reader of our output is gone, as with `| head`: a quiet end.
struct OutputClosed: Error {}

/// Standard output, where data goes. Writes block a thread of their own, never Swift's pool.
struct StandardOutput: Sendable {
    static let isTerminal = isatty(STDOUT_FILENO) == 1
    private static let queue = BlockingQueue("standard-output")

    /// Writes all of it.
    /// - Throws: ``OutputClosed``, or ``ShippyError`` `.failed` for a full disk.
    static func write(_ bytes: [UInt8]) async throws {
        guard !bytes.isEmpty else { return }
        try await queue.run { try writeAll(bytes) }
    }

    static func write(_ text: String) async throws {
        try await write([UInt8](text.utf8))
    }

    /// Whether nobody reads any more, which a writer that has nothing to write would never notice.
    static var isClosed: Bool {
        var descriptor = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&descriptor, 1, 0) > 0 && descriptor.revents & Int16(POLLERR) != 0
    }

    private static func writeAll(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { buffer in
            var position = 0
            while position < buffer.count {
                let count = Foundation.write(STDOUT_FILENO, buffer.baseAddress! + position, buffer.count - position)
                if count >= 0 {
                    position += count
                } else if errno == EPIPE {
                    throw OutputClosed()
                } else if errno == EAGAIN {
                    var descriptor = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                    poll(&descriptor, 1, -1)
                } else if errno != EINTR {
                    throw ShippyError(.failed, "cannot write standard output: \(String(cString: strerror(errno)))")
                }
            }
        }
    }
}
