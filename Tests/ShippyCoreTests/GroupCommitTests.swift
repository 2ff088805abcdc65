import ShippyCore
import Synchronization
import Testing

struct GroupCommitTests {
    @Test func gathersWhatComesDuringACommit() async throws {
        let batches = Mutex<[Int]>([])
        let commits = GroupCommit<Int, Int>(batchLimit: 100, capacity: 1000) { items in
            batches.withLock { $0.append(items.count) }
            try await Task.sleep(for: .milliseconds(20))
            return items.map { $0 * 2 }
        }
        try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for item in 0..<200 { group.addTask { (item, try await commits.submit(item)) } }
            for try await (item, outcome) in group { #expect(outcome == item * 2) }
        }
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
        await #expect(throws: ShippyError.self) { try await commits.submit(13) }
        #expect(try await commits.submit(14) == 14)
    }

    @Test func refusesWhenTooManyWait() async throws {
        let gate = ChangeNotifier()
        let commits = GroupCommit<Int, Int>(batchLimit: 1, capacity: 2) { items in
            await gate.wait(after: 0, upTo: .seconds(30))
            return items
        }
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for item in 0..<10 {
                group.addTask {
                    do {
                        _ = try await commits.submit(item)
                        return false
                    } catch let error as ShippyError {
                        #expect(error.code == .overloaded)
                        #expect(error.retryAfter != nil)
                        return true
                    }
                }
            }
            var refused = 0
            for try await wasRefused in group where wasRefused {
                refused += 1
                // All that can be refused are: the rest may go on.
                if refused == 7 { gate.raise() }
            }
            return refused
        }
        #expect(refused >= 7)
    }
}
