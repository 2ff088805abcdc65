import Foundation
import ShippyCore

/// Writes to a descriptor that may stall, such as standard error, without blocking its callers.
///
/// One thread writes lines from a queue of limited size. While the queue is full, lines are dropped and counted; the count is
/// written as soon as there is room.
///
/// `@unchecked Sendable`: the state is guarded by the condition.
final class StandardError: @unchecked Sendable {
    static let shared = StandardError(descriptor: STDERR_FILENO)

    /// Seconds for which the thread gathers lines before writing, so that a busy log needs few system calls.
    private static let gathering = 0.02

    private let descriptor: Int32
    private let limit: Int
    private let condition = NSCondition()

    private var pending: [UInt8] = []
    private var dropped = 0
    private var dropNotice: @Sendable (Int) -> [UInt8] = { count in
        [UInt8]("shippy: lines dropped here because standard error was not being read: \(count)\n".utf8)
    }
    /// Bytes added to the queue, and bytes removed from it, since the start.
    private var taken = 0
    private var written = 0
    /// Callers waiting until the given number of bytes is written.
    private var waiters: [(position: Int, continuation: CheckedContinuation<Void, Never>)] = []
    /// The number of callers waiting for an empty queue. While there are any, lines are not gathered.
    private var flushes = 0
    private var isStarted = false

    /// - Parameter limit: the capacity of the queue in bytes.
    init(descriptor: Int32, limit: Int = 1 << 20) {
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Sets the text that reports dropped lines.
    func describeDropped(_ describe: @escaping @Sendable (Int) -> [UInt8]) {
        condition.withLock { dropNotice = describe }
    }

    /// Adds one line, or drops it. Never waits.
    func append(_ line: [UInt8]) {
        condition.withLock {
            guard pending.count + line.count <= limit else {
                dropped += 1
                return
            }
            take(line)
        }
    }

    /// Adds text of any size, and returns once it is written. For output that must not be lost, and whose writer can wait for a
    /// slow reader.
    func write(_ text: [UInt8]) async {
        await withCheckedContinuation { continuation in
            condition.withLock {
                take(text)
                waiters.append((taken, continuation))
                condition.broadcast()
            }
        }
    }

    /// Waits until everything added so far is written.
    /// - Returns: false if that takes longer than `limit`.
    @discardableResult
    func flush(within limit: Duration) -> Bool {
        condition.withLock {
            let position = taken
            let deadline = Date(timeIntervalSinceNow: limit.seconds)
            flushes += 1
            defer { flushes -= 1 }
            condition.broadcast()
            while written < position || dropped > 0 {
                guard condition.wait(until: deadline) else { return false }
            }
            return true
        }
    }

    /// Call with the lock held.
    private func take(_ bytes: [UInt8]) {
        let wasEmpty = pending.isEmpty
        pending += bytes
        taken += bytes.count
        if !isStarted {
            isStarted = true
            Thread.detachNewThread { [self] in run() }
        } else if wasEmpty || pending.count >= limit / 4 {
            condition.broadcast()
        }
    }

    private func run() {
        while true {
            let block = next()
            writeAll(block.bytes)
            let done = condition.withLock {
                written += block.taken
                let done = waiters.filter { $0.position <= written }
                waiters.removeAll { $0.position <= written }
                condition.broadcast()
                return done
            }
            done.forEach { $0.continuation.resume() }
        }
    }

    /// Waits for bytes and gathers more for a moment. Returns them, and the number of those that came from the queue.
    private func next() -> (bytes: [UInt8], taken: Int) {
        condition.withLock {
            while pending.isEmpty, dropped == 0 { condition.wait() }
            let deadline = Date(timeIntervalSinceNow: Self.gathering)
            while flushes == 0, waiters.isEmpty, pending.count < limit / 4, condition.wait(until: deadline) {}
            var bytes = pending
            pending = []
            let taken = bytes.count
            // These lines were dropped after the waiting ones.
            if dropped > 0 {
                bytes += dropNotice(dropped)
                dropped = 0
            }
            return (bytes, taken)
        }
    }

    private func writeAll(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            var position = 0
            while position < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress! + position, buffer.count - position)
                if count > 0 {
                    position += count
                } else if count < 0, errno == EAGAIN {
                    // Another process has made the shared descriptor non-blocking.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, 1000)
                } else if count == 0 || errno != EINTR {
                    // Standard error is closed: there is nowhere left to report it.
                    return
                }
            }
        }
    }
}
