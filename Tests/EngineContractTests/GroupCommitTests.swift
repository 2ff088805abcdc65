import ShippyCore
import Synchronization
import Testing

@testable import PostgresEngine

struct GroupCommitTests {
    /// Submits items at the same time, each from a task of its own that nobody waits for: an item that got lost must fail the
    /// test, and not hold it up for ever.
    private func submit(_ items: Range<Int>, to commits: GroupCommit<Int, Int>, while working: @escaping (Int) -> Void = { _ in }) async throws
        -> [Int: Result<Int, any Error>]
    {
        let outcomes = Outcomes()
        for item in items {
            Task {
                do {
                    outcomes.add(item, .success(try await commits.submit(item)))
                } catch {
                    outcomes.add(item, .failure(error))
                }
            }
        }
        let deadline = ContinuousClock.now + .seconds(20)
        while outcomes.all.count < items.count, ContinuousClock.now < deadline {
            working(outcomes.all.count { if case .failure = $0.value { true } else { false } })
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(outcomes.all.count == items.count, "each item has an outcome")
        return outcomes.all
    }

    private final class Outcomes: Sendable {
        private let state = Mutex<[Int: Result<Int, any Error>]>([:])

        var all: [Int: Result<Int, any Error>] { state.withLock { $0 } }

        func add(_ item: Int, _ outcome: Result<Int, any Error>) { state.withLock { $0[item] = outcome } }
    }

    @Test func gathersWhatComesDuringACommit() async throws {
        let batches = Mutex<[Int]>([])
        let commits = GroupCommit<Int, Int>(batchLimit: 100, capacity: 1000) { items in
            batches.withLock { $0.append(items.count) }
            try await Task.sleep(for: .milliseconds(20))
            return items.map { $0 * 2 }
        }
        for (item, outcome) in try await submit(0..<200, to: commits) { #expect(try outcome.get() == item * 2) }
        let sizes = batches.withLock { $0 }
        #expect(sizes.reduce(0, +) == 200)
        #expect(sizes.count < 20)
        #expect(sizes.allSatisfy { $0 <= 100 })
    }

    @Test func aFailedCommitFailsItsItemsAndNoOthers() async throws {
        let commits = GroupCommit<Int, Int>(batchLimit: 10, capacity: 10) { items in
            if items.contains(13) { throw ShippyError(.unavailable, "no disk") }
            return items
        }
        let failed = try await submit(13..<14, to: commits)
        #expect(throws: ShippyError.self) { try failed[13]?.get() }
        #expect(try await submit(14..<15, to: commits)[14]?.get() == 14)
    }

    @Test func refusesWhenTooManyWait() async throws {
        let gate = ChangeNotifier()
        let commits = GroupCommit<Int, Int>(batchLimit: 1, capacity: 2) { items in
            await gate.wait(after: 0, upTo: .seconds(10))
            return items
        }
        // One is being committed and two wait; when all others are refused, these may go on.
        let outcomes = try await submit(0..<10, to: commits) { failures in if failures >= 7 { gate.raise() } }
        let refused = outcomes.values.compactMap { outcome -> ShippyError? in
            if case .failure(let error) = outcome { error as? ShippyError } else { nil }
        }
        #expect(refused.count >= 7)
        #expect(refused.allSatisfy { $0.code == .overloaded && $0.retryAfter != nil })
    }
}
