import Dispatch
import Foundation
import GRDB
import ShippyCore
import Synchronization

/// The one thread of this process that writes to a database.
///
/// What is asked for while a commit is on its way to the disk shares the next one, whoever asks for it; and that one begins as soon
/// as the disk has the one before. No other thread stands between: who asks puts a job into the queue, and is told of its
/// outcome by the thread that committed it.
final class DatabaseWriter: Sendable {
    private struct State {
        var jobs: [WriteJob] = []
        /// Whether the thread sleeps, and is to be woken.
        var isAsleep = false
        /// Nothing new is taken.
        var isEnding = false
        /// The thread takes no more jobs.
        var hasEnded = false
    }

    private enum Admission { case taken(mustWake: Bool), tooMany, closed }

    /// The most jobs that wait.
    private static let capacity = 8192

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let pool: DatabasePool
    private let path: String
    /// Held because the writing connection calls it, for as long as the thread writes.
    private let checkpointer: Checkpointer
    private let clock: EmbeddedClock
    private let translate: @Sendable (any Error) -> any Error
    /// When the clock was last written down.
    private let notedAt: Mutex<EngineTime>
    private let hasAdded = Atomic<Bool>(false)

    /// - Parameter translate: says an error as those who asked are to get it.
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

    /// Whether this process has added to the database's log.
    var hasWritten: Bool { hasAdded.load(ordering: .relaxed) }

    /// Asks for a job, which is written in the order of its coming. It fails when too many wait, and after the end.
    ///
    /// - Parameter continuesOther: whether it writes what an earlier job left over: it is taken while the thread still writes.
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

    /// Has the thread end when it has written what was asked for.
    /// - Returns: whether it had not been asked before.
    @discardableResult
    func end() -> Bool {
        let (isFirst, mustWake) = state.withLock { state in
            defer { (state.isEnding, state.isAsleep) = (true, false) }
            return (!state.isEnding, state.isAsleep)
        }
        if mustWake { wake.signal() }
        return isFirst
    }

    /// As above, and waits for that.
    func close() {
        if end() { ended.wait() }
    }

    private func run() {
        Thread.current.name = "shippy-writer"
        while let jobs = nextJobs() { commit(jobs) }
        ended.signal()
    }

    /// Sleeps until there are some; nil at the end.
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

    /// Writes jobs in one transaction. One that fails leaves the others alone, unless the whole transaction has failed with it.
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
                    // Nothing else was written.
                    first.finish(error)
                    rest.removeFirst()
                    continue
                }
                for (index, job) in rest.prefix(state.begun).enumerated() { job.finish(state.errors[index] ?? error) }
                return Self.fail(rest.dropFirst(state.begun), error)
            }
        }
    }

    /// How far a transaction has come.
    private struct Progress {
        /// How many jobs have begun.
        var begun = 0
        /// Why some have failed, by their places.
        var errors: [Int: any Error] = [:]
        /// All jobs are done.
        var isCommitting = false
        /// The time that was written down.
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
                // A savepoint has a copy made of each page that is written after it. The first one needs none: the others have
                // written nothing, and begin anew when it fails.
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
            // It may have gone meanwhile, and what was written with it.
            try db.requireInPlace(path)
        } catch {
            if db.isInsideTransaction { try? db.rollback() }
            throw error
        }
    }

    /// - Returns: why nothing of the job is done.
    /// - Throws: when nothing of the others is done either.
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

    /// For jobs that were not begun.
    private static func fail(_ jobs: some Sequence<WriteJob>, _ error: any Error) {
        for job in jobs {
            job.begin()
            job.finish(error)
        }
    }
}
