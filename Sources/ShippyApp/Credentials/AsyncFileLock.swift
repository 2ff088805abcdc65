import Foundation
import ShippyCore

/// A lock that one process, or one task of it, holds at a time. It ends with its process. It is an flock(2) lock, taken without
/// blocking a thread.
final class AsyncFileLock: Sendable {
    private static let backoff = Backoff(base: .milliseconds(5), cap: .milliseconds(100))

    private let descriptor: Int32

    /// Waits for the lock.
    /// - Parameter path: the file to lock, which is created with mode 0600.
    /// - Throws: ``ShippyError`` `.denied` if the file cannot be opened, `.unavailable` if others have held the lock for
    ///   `patience`; `CancellationError`.
    init(_ path: String, patience: Duration) async throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ShippyError(.denied, "cannot open \(path): \(String(cString: strerror(errno)))") }
        do {
            try await Self.lock(descriptor, path, until: .now + patience, patience)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Call it exactly once.
    func release() { close(descriptor) }

    private static func lock(_ descriptor: Int32, _ path: String, until deadline: ContinuousClock.Instant, _ patience: Duration) async throws {
        var attempts = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw ShippyError(.unavailable, "cannot lock \(path): \(String(cString: strerror(errno)))")
            }
            guard ContinuousClock.now < deadline else {
                throw ShippyError(
                    .unavailable, "\(path) has been locked for \(Int(patience.seconds)) s: another shippy command is still logging in; try again")
            }
            attempts += 1
            try await Task.sleep(for: backoff.delay(attempt: attempts))
        }
    }
}
