import Dispatch
import Foundation
import GRDB
import ShippyCore
import Synchronization

/// The only thread of this process that writes to a database.
///
/// Jobs submitted during a commit share the next one, which begins as soon as the current one is done. No other thread is
/// involved: callers put jobs into a queue, and the thread that commits a job also reports its outcome.
final class DatabaseWriter: Sendable {
    private struct State {
        var jobs: [WriteJob] = []
        /// Whether the thread is asleep and must be woken.
        var isAsleep = false
        /// No new jobs are accepted.
        var isEnding = false
        /// The thread takes no more jobs.
        var hasEnded = false
    }

    private enum Admission { case taken(mustWake: Bool), tooMany, closed }

    /// The most jobs that may wait.
    private static let capacity = 8192

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let pool: DatabasePool
    private let path: String
    /// Kept alive for the writing connection, which calls it.
    private let checkpointer: Checkpointer
    private let clock: EmbeddedClock
    private let translate: @Sendable (any Error) -> any Error
    /// When the clock was last noted in the database.
    private let notedAt: Mutex<EngineTime>
    private let hasAdded = Atomic<Bool>(false)

    /// - Parameter translate: turns an error into the one that callers get.
    init(
        _ pool: DatabasePool, path: String, checkpointer: Checkpointer, clock: EmbeddedClock,
        translate: @escaping @Sendable (any Error) -> any Error
    ) {
        self.pool = pool
        self.path = path
        self.checkpointer = checkpointer
        self.clock = clock
        self.translate = translate
        notedAt = Mutex(clock.now)
        Thread.detachNewThread { [self] in run() }
    }

    /// Whether this thread has added to the database's log.
    var hasWritten: Bool { hasAdded.load(ordering: .relaxed) }

    /// Submits a job. Jobs are written in the order of submission. A job fails if too many are waiting, or after ``end()``.
    ///
    /// - Parameter continuesOther: whether the job writes what an earlier one left over. Then it is accepted as long as the
    ///   thread still writes, however many are waiting.
    func submit(_ job: WriteJob, continuesOther: Bool = false) {
        let admission = state.withLock { state -> Admission in
            if continuesOther ? state.hasEnded : state.isEnding { return .closed }
            guard continuesOther || state.jobs.count < Self.capacity else { return .tooMany }
            state.jobs.append(job)
            defer { state.isAsleep = false }
            return .taken(mustWake: state.isAsleep)
        }
        switch admission {
        case .taken(let mustWake): if mustWake { wake.signal() }
        case .tooMany: Self.fail([job], ShippyError.tooManyWait)
        case .closed: Self.fail([job], translate(DatabaseError(resultCode: .SQLITE_MISUSE, message: "it is closed")))
        }
    }

    /// Ends the thread once it has written all submitted jobs.
    /// - Returns: false if it was called before.
    @discardableResult
    func end() -> Bool {
        let (isFirst, mustWake) = state.withLock { state in
            defer { (state.isEnding, state.isAsleep) = (true, false) }
            return (!state.isEnding, state.isAsleep)
        }
        if mustWake { wake.signal() }
        return isFirst
    }

    /// Ends the thread, and waits until it has ended. Returns at once if ``end()`` was called before.
    func close() {
        if end() { ended.wait() }
    }

    private func run() {
        Thread.current.name = "shippy-writer"
        while let jobs = nextJobs() { commit(jobs) }
        ended.signal()
    }

    /// Sleeps until there are jobs. Returns nil at the end.
    private func nextJobs() -> [WriteJob]? {
        while true {
            let (jobs, hasEnded) = state.withLock { state in
                defer { state.jobs = [] }
                if state.jobs.isEmpty {
                    if state.isEnding { state.hasEnded = true } else { state.isAsleep = true }
                }
                return (state.jobs, state.hasEnded)
            }
            if !jobs.isEmpty { return jobs }
            if hasEnded { return nil }
            wake.wait()
        }
    }

    /// Writes jobs in one transaction. A job that fails does not affect the others, unless it fails the whole transaction.
    private func commit(_ jobs: [WriteJob]) {
        var rest = jobs[...]
        while let first = rest.first {
            var state = Progress()
            do {
                try pool.writeWithoutTransaction { try write(rest, &state, $0) }
                if let now = state.noted { notedAt.withLock { $0 = max($0, now) } }
                for (index, job) in rest.enumerated() { job.finish(state.errors[index]) }
                return
            } catch {
                let error = translate(error)
                guard state.begun != 1 || state.isCommitting else {
                    // The other jobs have not begun.
                    first.finish(error)
                    rest.removeFirst()
                    continue
                }
                for (index, job) in rest.prefix(state.begun).enumerated() { job.finish(state.errors[index] ?? error) }
                return Self.fail(rest.dropFirst(state.begun), error)
            }
        }
    }

    /// The progress of a transaction.
    private struct Progress {
        /// The number of jobs that have begun.
        var begun = 0
        /// The errors of failed jobs, by index.
        var errors: [Int: any Error] = [:]
        /// All jobs have run.
        var isCommitting = false
        /// The time noted in this transaction.
        var noted: EngineTime?
    }

    private func write(_ jobs: ArraySlice<WriteJob>, _ state: inout Progress, _ db: Database) throws {
        try db.requireInPlace(path)
        let now = clock.now
        let changes = db.totalChangesCount
        try db.cachedStatement(sql: "BEGIN IMMEDIATE").run(in: db)
        do {
            for job in jobs {
                state.begun += 1
                job.begin()
                // After a savepoint SQLite copies each page before changing it. The first job needs none: if it fails, no other
                // job has written anything, and the others start over.
                if state.begun == 1 {
                    try job.write(db)
                } else if let error = try writeAfterOthers(job, db) {
                    state.errors[state.begun - 1] = translate(error)
                }
            }
            state.isCommitting = true
            // An idle process must not write.
            if db.totalChangesCount != changes {
                hasAdded.store(true, ordering: .relaxed)
                if notedAt.withLock({ now - $0 >= .seconds(1) }) {
                    try EmbeddedClock.note(now, db)
                    state.noted = now
                }
            }
            try db.cachedStatement(sql: "COMMIT").run(in: db)
            // If the file was moved meanwhile, the commit went with it.
            try db.requireInPlace(path)
        } catch {
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
    }

    /// - Returns: the error of the job if it failed; its writes are undone.
    /// - Throws: if the whole transaction is undone.
    private func writeAfterOthers(_ job: WriteJob, _ db: Database) throws -> (any Error)? {
        try db.cachedStatement(sql: "SAVEPOINT job").run(in: db)
        var failure: (any Error)?
        do {
            try job.write(db)
        } catch {
            guard db.isInsideTransaction else { throw error }
            failure = error
            try db.cachedStatement(sql: "ROLLBACK TO job").run(in: db)
        }
        try db.cachedStatement(sql: "RELEASE job").run(in: db)
        return failure
    }

    /// Fails jobs that have not begun.
    private static func fail(_ jobs: some Sequence<WriteJob>, _ error: any Error) {
        for job in jobs {
            job.begin()
            job.finish(error)
        }
    }
}
