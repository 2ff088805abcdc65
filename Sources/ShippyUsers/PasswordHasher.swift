import CCrypt
import Foundation
import Metrics
import NIOPosix
import ShippyCore
import Synchronization

/// Hashes passwords with bcrypt on its own threads, one per core, so that everything else stays responsive.
///
/// The queue is bounded: beyond ``queueLimit``, callers get `.overloaded`.
package final class PasswordHasher: Sendable {
    /// The most passwords that may be waiting or being hashed.
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

    /// Returns the `$2b$` hash of the password.
    ///
    /// - Throws: `.invalid` for a password that is empty, longer than the 72 bytes that bcrypt reads, or contains a NUL;
    ///   `.overloaded` if the queue is full; `CancellationError` if the task is cancelled before its turn. Then the password is
    ///   not hashed.
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

    /// Whether the hash matches the password. Waits for its turn like ``hash(_:)``.
    package func verifies(_ password: String, _ hash: String) async throws -> Bool {
        try await inTurn { try Self.bcrypt(password, setting: hash.utf8CString.map { $0 }) == hash }
    }

    private func inTurn<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        try enter()
        defer { leave() }
        threads.start()
        // The pool drops the jobs of cancelled callers.
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

    /// Lowers this thread's priority. On Linux, niceness is a property of the thread.
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
            // Clears the password from the struct, including libxcrypt's scratch memory.
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
        // Fails only if the threads were never started.
        try? await threads.shutdownGracefully()
    }
}
