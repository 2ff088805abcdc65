import Glibc
import ShippyCore

/// A lock on a directory, held by one process at a time and released when that process ends.
///
/// It is an flock(2) lock on a file of its own, so it does not interfere with SQLite's locks, and other users cannot open the
/// file. The directory itself could be locked by anyone who may list it.
struct DirectoryLock: ~Copyable {
    private static let limit = Duration.seconds(20)
    private static let backoff = Backoff(base: .milliseconds(2), cap: .milliseconds(50))

    private let descriptor: Int32

    /// The lock file, which must exist.
    static func path(_ directory: String) -> String { "\(directory)/.lock" }

    /// Waits for the lock.
    /// - Throws: ``ShippyError`` `.denied` when the lock file cannot be opened, `.unavailable` when another process has held the
    ///   lock for 20 s.
    init(_ directory: String) throws {
        descriptor = open(Self.path(directory), O_RDWR | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw ShippyError(.denied, "cannot open \(Self.path(directory)): \(String(cString: strerror(errno)))") }
        let deadline = ContinuousClock.now + Self.limit
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw ShippyError(.unavailable, "cannot lock directory \(directory): \(String(cString: strerror(errno)))", retryAfter: .seconds(5))
            }
            guard ContinuousClock.now < deadline else {
                throw ShippyError(
                    .unavailable, "directory \(directory) is locked: another process has been opening a database in it for 20 s",
                    retryAfter: .seconds(1))
            }
            attempts += 1
            usleep(UInt32(Self.backoff.delay(attempt: attempts).milliseconds) * 1000)
        }
    }

    deinit { close(descriptor) }
}
