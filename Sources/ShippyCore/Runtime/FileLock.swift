import Glibc

/// A lock on a file of its own, held by one process at a time and released when that process ends.
///
/// It is an flock(2) lock, so it does not interfere with the locks of SQLite. The file must be one that other users cannot open,
/// because whoever can open it can lock it.
package struct FileLock: ~Copyable {
    private static let backoff = Backoff(base: .milliseconds(2), cap: .milliseconds(50))

    private let descriptor: Int32

    /// Waits for the lock, on this thread.
    ///
    /// - Parameters:
    ///   - path: the lock file, which must exist; see ``PrivateFile/prepareFile(_:)``.
    ///   - busy: the message when another process has held the lock for longer than `limit`.
    /// - Throws: ``ShippyError`` `.denied` when the file cannot be opened, `.unavailable` when the lock cannot be had.
    package init(_ path: String, within limit: Duration, busy: @autoclosure () -> String) throws {
        descriptor = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw ShippyError(.denied, "cannot open \(path): \(String(cString: strerror(errno)))") }
        let deadline = ContinuousClock.now + limit
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw ShippyError(.unavailable, "cannot lock \(path): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
            }
            guard ContinuousClock.now < deadline else { throw ShippyError(.unavailable, busy(), retryAfter: .seconds(1)) }
            attempts += 1
            usleep(UInt32(Self.backoff.delay(attempt: attempts).milliseconds) * 1000)
        }
    }

    deinit { close(descriptor) }
}
