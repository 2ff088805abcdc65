import Dispatch
import Foundation
import GRDB
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import EmbeddedEngines

/// Counts what happens on several threads.
private final class Tally: Sendable {
    private let numbers = Mutex<[Int]>([])

    func add(_ number: Int = 1) { numbers.withLock { $0.append(number) } }

    var all: [Int] { numbers.withLock { $0 } }
    var count: Int { all.count }
}

/// The one thread that writes, and what shares its transactions.
@Suite struct DatabaseWriterTests {
    private func withDatabase(_ body: (EmbeddedDatabase) async throws -> Void) async throws {
        let directory = try TemporaryDirectory()
        var migrator = DatabaseMigrator()
        migrator.register("1", sql: "CREATE TABLE t(x INTEGER PRIMARY KEY)")
        let database = try EmbeddedDatabase(path: directory("a.db"), durability: .full, migrator: migrator)
        defer { database.close() }
        try await body(database)
    }

    private func rows(_ database: EmbeddedDatabase) async throws -> [Int] {
        try await database.read { try Int.fetchAll($0, sql: "SELECT x FROM t ORDER BY x") }
    }

    /// Keeps the thread that writes in a transaction until `meanwhile` is over.
    private func whileBusy(_ database: EmbeddedDatabase, _ meanwhile: () async throws -> Void) async throws {
        let (begun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let busy: Void = database.write { _ in
            begun.signal()
            mayEnd.wait()
        }
        try await eventually("it has begun") { begun.wait(timeout: .now()) == .success }
        do {
            try await meanwhile()
        } catch {
            mayEnd.signal()
            throw error
        }
        mayEnd.signal()
        try await busy
    }

    @Test func whatWaitsIsWrittenTogether() async throws {
        try await withDatabase { database in
            let batches = Tally()
            let commits = Tally()
            let gathered: GatheredWrite<Int, Int> = database.gather(afterCommit: { commits.add() }) { items, db in
                batches.add(items.count)
                for item in items { try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [item]) }
                return items.map { $0 * 2 }
            }
            let asked = Tally()
            let count = 600
            var tasks: [Task<Int, any Error>] = []
            try await whileBusy(database) {
                tasks = (0..<count).map { number in
                    Task {
                        asked.add()
                        return try await gathered.submit(number)
                    }
                }
                try await eventually("all have asked") { asked.count == count }
            }
            for (number, task) in tasks.enumerated() {
                let outcome = try await task.value
                #expect(outcome == number * 2)
            }
            #expect(try await rows(database) == Array(0..<count))
            // No more than 256 share a commit. Of those that had asked, a few may not have been in the queue yet.
            #expect((batches.all.max() ?? 0) <= 256)
            #expect(batches.count < 10)
            try await eventually("each commit is told of") { commits.count == batches.count }
        }
    }

    /// What one of them throws undoes what it wrote, and leaves the others in the same transaction alone.
    @Test func oneThatFailsLeavesTheOthersAlone() async throws {
        try await withDatabase { database in
            let asked = Tally()
            var tasks: [Task<Void, any Error>] = []
            try await whileBusy(database) {
                tasks = (0..<20).map { number in
                    Task {
                        asked.add()
                        try await database.write { db in
                            try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [number])
                            if number.isMultiple(of: 5) { throw ShippyError(.invalid, "not this one") }
                        }
                    }
                }
                try await eventually("all have asked") { asked.count == 20 }
            }
            for (number, task) in tasks.enumerated() {
                let hasFailed = if case .failure = await task.result { true } else { false }
                #expect(hasFailed == number.isMultiple(of: 5))
            }
            #expect(try await rows(database) == (0..<20).filter { !$0.isMultiple(of: 5) })
        }
    }

    /// What is not on disk is acknowledged to nobody.
    @Test func aCommitThatFailsIsToldToAll() async throws {
        try await withDatabase { database in
            try await database.write { try $0.execute(sql: "CREATE TABLE child(x INTEGER REFERENCES t(x) DEFERRABLE INITIALLY DEFERRED)") }
            let good: GatheredWrite<Int, Int> = database.gather(afterCommit: { Issue.record("nothing was committed") }) { items, db in
                for item in items { try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [item]) }
                return items
            }
            // Found out by the commit.
            let bad: GatheredWrite<Int, Int> = database.gather(afterCommit: { Issue.record("nothing was committed") }) { items, db in
                try db.execute(sql: "INSERT INTO child VALUES (99)")
                return items
            }
            var tasks: [Task<Int, any Error>] = []
            try await whileBusy(database) {
                tasks = (0..<10).map { number in Task { try await (number == 5 ? bad : good).submit(number) } }
                try await eventually("all wait") { good.waitingCount + bad.waitingCount == 10 }
            }
            for task in tasks {
                let hasFailed = if case .failure = await task.result { true } else { false }
                #expect(hasFailed)
            }
            #expect(try await rows(database) == [])
            try await database.write { try $0.execute(sql: "INSERT INTO t VALUES (1)") }
            #expect(try await rows(database) == [1])
        }
    }

    /// Another process has the lock: who writes waits, and who reads does not.
    @Test func aLockOfOthersHoldsUpWritersOnly() async throws {
        try await withDatabase { database in
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: database.path, configuration: configuration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)") }
            let begun = Tally()
            async let write: Void = database.write { db in
                begun.add()
                try db.execute(sql: "INSERT INTO t VALUES (2)")
            }
            #expect(try await rows(database) == [])
            #expect(begun.count == 0)
            try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
            try await write
            #expect(try await rows(database) == [1, 2])
        }
    }

    @Test func aCancelledTaskGetsItsOutcomeAllTheSame() async throws {
        try await withDatabase { database in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await database.write { db in
                    try db.execute(sql: "INSERT INTO t VALUES (1)")
                    return "written"
                }
            }
            task.cancel()
            let outcome = try await task.value
            #expect(outcome == "written")
            #expect(try await rows(database) == [1])
        }
    }

    @Test func tooManyAreRefusedAtOnce() async throws {
        try await withDatabase { database in
            let gathered: GatheredWrite<Int, Int> = database.gather(afterCommit: {}) { items, _ in items }
            let refused = Tally()
            let count = 8192 + 100
            var tasks: [Task<Bool, any Error>] = []
            try await whileBusy(database) {
                tasks = (0..<count).map { number in
                    Task {
                        do {
                            _ = try await gathered.submit(number)
                            return true
                        } catch let error as ShippyError where error.code == .overloaded {
                            refused.add()
                            return false
                        }
                    }
                }
                try await eventually("a hundred are refused") { refused.count == 100 }
            }
            var done = 0
            for task in tasks where try await task.value { done += 1 }
            #expect(done == 8192)
        }
    }

    @Test func tooManyCallsAreRefusedAtOnce() async throws {
        try await withDatabase { database in
            let refused = Tally()
            var tasks: [Task<Bool, any Error>] = []
            try await whileBusy(database) {
                tasks = (0..<8192 + 100).map { _ in
                    Task {
                        do {
                            try await database.write { _ in }
                            return true
                        } catch let error as ShippyError where error.code == .overloaded {
                            refused.add()
                            return false
                        }
                    }
                }
                try await eventually("a hundred are refused") { refused.count == 100 }
            }
            var done = 0
            for task in tasks where try await task.value { done += 1 }
            #expect(done == 8192)
        }
    }

    /// The disk stands still with one commit, and others behind it. Each client is told in time what is known; what was begun with is
    /// written all the same, and what was not is not.
    @Test func aDiskThatStandsStillKeepsNobodyWaiting() async throws {
        try await withDatabase { database in
            let (begun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let commits = Tally()
            let gathered: GatheredWrite<Int, Int> = database.gather(patience: .milliseconds(200), afterCommit: { commits.add() }) { items, db in
                for item in items { try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [item]) }
                if items.contains(1) {
                    begun.signal()
                    mayEnd.wait()
                }
                return items
            }
            let first = Task { try await gathered.submit(1) }
            try await eventually("it has begun") { begun.wait(timeout: .now()) == .success }
            let second = Task { try await gathered.submit(2) }
            let call = Task { try await database.boundedWrite(patience: .milliseconds(200)) { try $0.execute(sql: "INSERT INTO t VALUES (3)") } }
            func failure(_ result: Result<some Any, any Error>) -> ShippyError? {
                if case .failure(let error) = result { error as? ShippyError } else { nil }
            }
            let outcomes = (failure(await first.result), failure(await second.result), failure(await call.result))
            mayEnd.signal()
            #expect(outcomes.0?.message.contains("outcome is unknown") == true)
            #expect(outcomes.1?.message.contains("nothing was written") == true)
            #expect(outcomes.2?.message.contains("outcome is unknown") == true)
            for error in [outcomes.0, outcomes.1, outcomes.2] {
                // 503 with Retry-After, a text that the client may see, and a failure of the store as far as readiness goes.
                #expect(error?.code == .unavailable)
                #expect(error?.isInternal == false)
                #expect(error?.retryAfter != nil)
            }
            let last = try await gathered.submit(4)
            #expect(last == 4)
            #expect(try await rows(database) == [1, 3, 4])
            try await eventually("each commit is told of") { commits.count >= 2 }
        }
    }

    /// More than one commit may be needed for that.
    @Test func whatWasAskedForBeforeTheEndIsWritten() async throws {
        try await withDatabase { database in
            let gathered: GatheredWrite<Int, Int> = database.gather(afterCommit: {}) { items, db in
                for item in items { try db.execute(sql: "INSERT INTO t VALUES (?)", arguments: [item]) }
                return items
            }
            let count = 1000
            let written = Tally()
            var tasks: [Task<Void, any Error>] = []
            let closed = Tally()
            try await whileBusy(database) {
                tasks = (0..<count).map { number in Task { written.add(try await gathered.submit(number)) } }
                try await eventually("all wait") { gathered.waitingCount == count }
                Thread.detachNewThread {
                    database.close()
                    closed.add()
                }
                // Too short a wait would only have the database closed later.
                try await Task.sleep(for: .milliseconds(50))
            }
            for task in tasks { try await task.value }
            try await eventually("it is closed") { closed.count == 1 }
            #expect(written.count == count)
        }
    }

    @Test func nothingIsWrittenAfterTheEnd() async throws {
        try await withDatabase { database in
            let gathered: GatheredWrite<Int, Int> = database.gather(afterCommit: {}) { items, _ in items }
            database.close()
            await #expect(throws: ShippyError.self) { try await database.write { try $0.execute(sql: "INSERT INTO t VALUES (1)") } }
            await #expect(throws: ShippyError.self) { try await gathered.submit(1) }
        }
    }
}
