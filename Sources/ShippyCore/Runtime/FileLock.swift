import Glibc

/// A lock on a file of its own or on a directory. One process, or one task of it, holds it at a time, until the object or the process
/// ends.
///
/// It is an flock(2) lock, so it does not interfere with the locks of SQLite. The file must be one that other users cannot open,
/// because whoever can open it can lock it.
package final class FileLock: Sendable {
    private static let backoff = Backoff(base: .milliseconds(2), cap: .milliseconds(50))

    private let descriptor: Int32

    /// Waits for the lock, on this thread.
    ///
    /// - Parameters:
    ///   - path: a file, which must exist (see ``PrivateFile/prepareFile(_:)``), or a directory.
    ///   - busy: the message when another process has held the lock for longer than `limit`.
    /// - Throws: ``ShippyError`` `.denied` when the file cannot be opened, `.unavailable` when the lock cannot be had.
    package init(_ path: String, within limit: Duration, busy: @autoclosure () -> String) throws(ShippyError) {
        descriptor = try Self.open(path)
        var attempts = Attempts(limit)
        while try !Self.take(descriptor, path) {
            usleep(UInt32(try attempts.next(busy: busy()).milliseconds) * 1000)
        }
    }

    /// The same without blocking a thread.
    /// - Throws: `CancellationError`, too.
    package static func take(_ path: String, within limit: Duration, busy: @autoclosure () -> String) async throws -> FileLock {
        let lock = FileLock(descriptor: try open(path))
        var attempts = Attempts(limit)
        while try !take(lock.descriptor, path) {
            try await Task.sleep(for: attempts.next(busy: busy()))
        }
        return lock
    }

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The pauses between the attempts.
    private struct Attempts {
        private let deadline: ContinuousClock.Instant
        private var count = 0

        init(_ limit: Duration) { deadline = .now + limit }

        mutating func next(busy: @autoclosure () -> String) throws(ShippyError) -> Duration {
            guard .now < deadline else { throw ShippyError(.unavailable, busy(), retryAfter: .seconds(1)) }
            count += 1
            return FileLock.backoff.delay(attempt: count)
        }
    }

    private static func open(_ path: String) throws(ShippyError) -> Int32 {
        let flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        var descriptor = Glibc.open(path, O_RDWR | flags)
        if descriptor < 0, errno == EISDIR { descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | flags) }
        guard descriptor >= 0 else { throw ShippyError(.denied, "cannot open \(path): \(String(cString: strerror(errno)))") }
        return descriptor
    }

    /// - Returns: false if others have it.
    private static func take(_ descriptor: Int32, _ path: String) throws(ShippyError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK || errno == EINTR else {
            throw ShippyError(.unavailable, "cannot lock \(path): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
        }
        return false
    }
}
