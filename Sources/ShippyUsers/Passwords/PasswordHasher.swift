import Foundation
import Metrics
import NIOPosix
import ShippyCore
import Synchronization

/// Hashes and verifies passwords with bcrypt on its own threads, one per core, so that everything else stays responsive.
///
/// Creations and logins share these threads and one bounded queue: beyond ``queueLimit``, callers get `.overloaded`. ``HashQueue``
/// says whose turn it is: neither many creations nor many logins can keep the others out, nor can one address those of others.
package final class PasswordHasher: Sendable {
    /// The most passwords that may be waiting or being hashed.
    package static let queueLimit = 64

    /// A password's hash for a setting. Blocks.
    typealias Function = @Sendable (_ password: String, _ setting: String) throws(ShippyError) -> String

    private struct Job: Sendable {
        /// Does the work on a hashing thread, and returns a closure that answers the caller.
        var run: @Sendable () -> @Sendable () -> Void
        /// Answers the caller without doing the work.
        var refuse: @Sendable (any Error) -> Void
    }

    private struct State {
        var queue = HashQueue<Job>(limit: PasswordHasher.queueLimit)
        /// Threads that run jobs or are about to.
        var workers = 0
        var lastID: UInt64 = 0
        var isClosed = false
    }

    private let cost: Int
    private let compute: Function
    private let cores: Int
    private let threads: NIOThreadPool
    private let state = Mutex(State())
    private let depthGauge = Gauge(.hashQueueDepth)
    private let timer = Metrics.Timer(.hashSeconds)

    /// - Parameter cost: of new hashes. The settings allow 10 to 20; tests use 4.
    package convenience init(cost: Int) {
        self.init(cost: cost, computing: Bcrypt.hash)
    }

    init(cost: Int, computing compute: @escaping Function) {
        self.cost = cost
        self.compute = compute
        cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        threads = NIOThreadPool(numberOfThreads: cores)
        depthGauge.record(0)
    }

    /// Returns the `$2b$` hash of the password in normalization form C. See ``PreparedPassword`` for what that means, and
    /// ``PasswordPolicy`` for what a new password must be: it is not checked here, so that an old password can be hashed again.
    ///
    /// - Parameter client: whose turn this takes.
    /// - Throws: `.invalid` for a password that is empty, longer than the 72 bytes that bcrypt reads, or contains a NUL;
    ///   `.overloaded` if the queue is full; `.unavailable` after ``close()``; `CancellationError` if the task is cancelled before
    ///   its turn. Then the password is not hashed.
    package func hash(_ password: String, for client: ClientAddress? = nil) async throws -> String {
        let password = try PreparedPassword(password).text
        return try await inTurn(.init(lane: .creation, network: client?.network)) { [cost, compute] in
            try compute(password, Bcrypt.setting(cost: cost))
        }
    }

    /// Whether the password belongs to the stored hash: `$2a$`, `$2b$` or `$2y$`, of a cost up to 20.
    ///
    /// A wrong answer takes the same work, whether the hash is another password's, is nil (no such user, or no password), malformed,
    /// or of a lower cost than configured; so its time does not tell which. Only a hash of a higher cost takes longer, until its
    /// user logs in and it is replaced.
    ///
    /// - Parameters:
    ///   - client: whose turn this takes.
    ///   - isFamiliar: whether the client has logged in to this account before: see ``LoginAttempts``.
    /// - Throws: as ``hash(_:for:)``, but never `.invalid`: a password that cannot have been hashed is wrong like any other.
    package func verify(
        _ password: String, against stored: String?, for client: ClientAddress? = nil, isFamiliar: Bool = false
    ) async throws -> PasswordMatch {
        let hash = stored.flatMap(BcryptHash.init)
        let prepared = try? PreparedPassword(password).text
        let candidates = PreparedPassword.candidates(for: password)
        return try await inTurn(.init(lane: isFamiliar ? .familiarLogin : .login, network: client?.network)) { [self] in
            guard !candidates.isEmpty else {
                _ = try matches("", nil)
                return .wrong
            }
            for candidate in candidates where try matches(candidate, hash) {
                guard let hash, let prepared else { return .right(needsRehash: false) }
                return .right(needsRehash: hash.cost != cost || !hash.isCurrentVariant || !candidate.utf8.elementsEqual(prepared.utf8))
            }
            return .wrong
        }
    }

    /// Compares one text. A wrong one takes the work of one hash of the configured cost.
    private func matches(_ password: String, _ hash: BcryptHash?) throws -> Bool {
        // Of a hash that libxcrypt does not take, nobody learns.
        guard let hash, let computed = try? compute(password, hash.text) else {
            _ = try compute(password, Bcrypt.setting(cost: cost))
            return false
        }
        if hash.matches(computed) { return true }
        // Each cost takes twice the work of the one before: with these, the sum is that of the configured cost.
        for lower in hash.cost..<max(cost, hash.cost) { _ = try compute(password, Bcrypt.setting(cost: lower)) }
        return false
    }

    private func inTurn<Value: Sendable>(
        _ share: HashQueue<Job>.Share, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let id = state.withLock {
            $0.lastID += 1
            return $0.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                let job = Job(
                    run: { [timer] in
                        let start = ContinuousClock.now
                        let result = Result { try work() }
                        timer.recordNanoseconds(start.duration(to: .now).nanoseconds)
                        return { continuation.resume(with: result) }
                    },
                    refuse: { continuation.resume(throwing: $0) })
                enqueue(job, id: id, share)
            }
        } onCancel: {
            let job = state.withLock { $0.queue.remove(id) }
            recordDepth()
            job?.refuse(CancellationError())
        }
    }

    private func enqueue(_ job: Job, id: UInt64, _ share: HashQueue<Job>.Share) {
        enum Outcome { case refused(any Error), waiting(displaced: Job?, needsWorker: Bool) }
        let outcome: Outcome = state.withLock { state in
            if state.isClosed { return .refused(ShippyError.shuttingDown("users")) }
            // A cancellation from now on finds the job in the queue.
            if Task.isCancelled { return .refused(CancellationError()) }
            guard case .waiting(let displaced) = state.queue.add(job, id: id, share: share) else { return .refused(Self.overloaded) }
            let needsWorker = state.workers < cores
            if needsWorker { state.workers += 1 }
            return .waiting(displaced: displaced, needsWorker: needsWorker)
        }
        recordDepth()
        switch outcome {
        case .refused(let error):
            job.refuse(error)
        case .waiting(let displaced, let needsWorker):
            displaced?.refuse(Self.overloaded)
            guard needsWorker else { return }
            threads.start()
            threads.submit { [self] state in
                // After the end of the threads, this is the caller's, and nothing waits.
                if case .active = state { Self.yieldToOthers() }
                work()
            }
        }
    }

    /// Runs jobs on a hashing thread until none is waiting.
    private func work() {
        while let job = nextJob() {
            let answer = job.run()
            state.withLock { $0.queue.finish() }
            recordDepth()
            answer()
        }
    }

    private func nextJob() -> Job? {
        state.withLock { state in
            if let job = state.queue.next() { return job }
            state.workers -= 1
            return nil
        }
    }

    /// Passwords that wait or are being hashed.
    var depth: Int { state.withLock { $0.queue.count } }

    private func recordDepth() { depthGauge.record(depth) }

    private static var overloaded: ShippyError {
        ShippyError(.overloaded, "too many passwords are waiting to be hashed: try again in a few seconds", retryAfter: .seconds(3))
    }

    /// Lowers this thread's priority. On Linux, niceness is a property of the thread.
    private static func yieldToOthers() {
        setpriority(__priority_which_t(0), 0, 5)
    }

    /// Refuses all that is waiting, and stops the threads.
    package func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            return state.queue.removeAll()
        }
        for job in waiting { job.refuse(ShippyError.shuttingDown("users")) }
        // Fails only if the threads were never started.
        try? await threads.shutdownGracefully()
    }
}
