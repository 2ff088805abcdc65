import CCrypt
import Foundation
import Metrics
import NIOPosix
import ShippyCore
import Synchronization

/// Hashes passwords with bcrypt on threads of its own, one for each core, so that everything else stays quick.
///
/// The wait is bounded: past ``queueLimit`` a caller is told to come back instead.
package final class PasswordHasher: Sendable {
    /// How many may wait or be hashed at once.
    package static let queueLimit = 64

    private let cost: Int
    private let cores: Int
    private let threads: NIOThreadPool
    private let depth = Mutex(0)
    private let depthGauge = Gauge(.hashQueueDepth)
    private let timer = Metrics.Timer(.hashSeconds)

    package init(cost: Int) {
        self.cost = cost
        cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        threads = NIOThreadPool(numberOfThreads: cores)
        depthGauge.record(0)
    }

    /// The `$2b$` hash of the password.
    ///
    /// - Throws: `.invalid` for a password that is empty, longer than the 72 bytes that bcrypt reads, or holds a NUL;
    ///   `.overloaded` when the queue is full; `CancellationError` when the task is cancelled while the password waits for its
    ///   turn: then it is not hashed.
    package func hash(_ password: String) async throws -> String {
        guard !password.isEmpty else { throw ShippyError(.invalid, "password is empty", field: "password") }
        guard password.utf8.count <= 72 else {
            throw ShippyError(.invalid, "password is longer than 72 bytes, the limit of bcrypt: use a shorter one", field: "password")
        }
        guard !password.utf8.contains(0) else {
            throw ShippyError(.invalid, "password contains a NUL character, which bcrypt does not support", field: "password")
        }
        return try await inTurn { [cost] in try Self.bcrypt(password, cost: cost) }
    }

    /// Whether the hash is that of the password. Waits for its turn as ``hash(_:)`` does.
    package func verifies(_ password: String, _ hash: String) async throws -> Bool {
        try await inTurn { try Self.bcrypt(password, setting: hash.utf8CString.map { $0 }) == hash }
    }

    private func inTurn<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        try enter()
        defer { leave() }
        threads.start()
        // The pool drops what nobody waits for any more.
        return try await threads.runIfActive { [timer] in
            Self.yieldToOthers()
            let start = ContinuousClock.now
            let value = try work()
            timer.recordNanoseconds(start.duration(to: .now).nanoseconds)
            return value
        }
    }

    private func enter() throws {
        let entered = depth.withLock { depth in
            guard depth < Self.queueLimit else { return false }
            depth += 1
            return true
        }
        guard entered else {
            throw ShippyError(.overloaded, "too many passwords are waiting to be hashed: try again in a few seconds", retryAfter: .seconds(3))
        }
        depthGauge.record(depth.withLock { $0 })
    }

    private func leave() {
        depthGauge.record(
            depth.withLock {
                $0 -= 1; return $0
            })
    }

    /// Lowers this thread's priority: on Linux, niceness belongs to the thread.
    private static func yieldToOthers() {
        setpriority(__priority_which_t(0), 0, 5)
    }

    private static func bcrypt(_ password: String, cost: Int) throws -> String {
        var random = SystemRandomNumberGenerator()
        let seed = (0..<16).map { _ in CChar(bitPattern: UInt8.random(in: 0...255, using: &random)) }
        var setting = [CChar](repeating: 0, count: Int(CRYPT_GENSALT_OUTPUT_SIZE))
        guard crypt_gensalt_rn("$2b$", UInt(cost), seed, Int32(seed.count), &setting, Int32(setting.count)) != nil else {
            throw ShippyError(.failed, "cannot make a bcrypt salt of cost \(cost): \(String(cString: strerror(errno)))")
        }
        return try bcrypt(password, setting: setting)
    }

    private static func bcrypt(_ password: String, setting: [CChar]) throws -> String {
        let data = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        defer {
            // The struct holds the password; libxcrypt's own scratch is cleared this way, too.
            memset(data, 0, MemoryLayout<crypt_data>.size)
            data.deallocate()
        }
        memset(data, 0, MemoryLayout<crypt_data>.size)
        guard let hash = crypt_rn(password, setting, data, Int32(MemoryLayout<crypt_data>.size)) else {
            throw ShippyError(.failed, "bcrypt failed: \(String(cString: strerror(errno)))")
        }
        return String(cString: hash)
    }

    package func close() async {
        // Fails only where the threads were never started.
        try? await threads.shutdownGracefully()
    }
}
