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
        var errors: [ObjectIdentifier: any Error] = [:]
        var begun = 0
        do {
            let now = clock.now
            let mustNote = notedAt.withLock { now - $0 >= .seconds(1) }
            let isNoted = try pool.writeWithoutTransaction { db in
                let changes = db.totalChangesCount
                var isNoted = false
                try db.requireInPlace(path)
                try db.inTransaction(.immediate) {
                    for job in jobs {
                        begun += 1
                        job.begin()
                        do {
                            try write(job, alone: jobs.count == 1, db)
                        } catch {
                            guard jobs.count > 1, db.isInsideTransaction else { throw error }
                            errors[ObjectIdentifier(job)] = translate(error)
                        }
                    }
                    // An idle process must not write.
                    guard db.totalChangesCount != changes else { return .commit }
                    hasAdded.store(true, ordering: .relaxed)
                    if mustNote {
                        try EmbeddedClock.note(now, db)
                        isNoted = true
                    }
                    return .commit
                }
                // It may have gone meanwhile, and what was written with it.
                try db.requireInPlace(path)
                return isNoted
            }
            if isNoted { notedAt.withLock { $0 = max($0, now) } }
            for job in jobs { job.finish(errors[ObjectIdentifier(job)]) }
        } catch {
            let error = translate(error)
            for job in jobs.prefix(begun) { job.finish(errors[ObjectIdentifier(job)] ?? error) }
            Self.fail(jobs.dropFirst(begun), error)
        }
    }

    /// For jobs that were not begun.
    private static func fail(_ jobs: some Sequence<WriteJob>, _ error: any Error) {
        for job in jobs {
            job.begin()
            job.finish(error)
        }
    }

    private func write(_ job: WriteJob, alone: Bool, _ db: Database) throws {
        guard !alone else { return try job.write(db) }
        try db.inSavepoint {
            try job.write(db)
            return .commit
        }
    }
}
