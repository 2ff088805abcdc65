import ShippyCore
import ShippyUsers
import Synchronization
import TestSupport
import Testing

@Suite struct PasswordHasherTests {
    @Test func whatNobodyWaitsForIsNotHashed() async throws {
        // One of this cost takes a second: a queue full of them takes half a minute, and more.
        let hasher = PasswordHasher(cost: 14)
        let refused = Mutex(0)
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<(PasswordHasher.queueLimit + 20) {
                group.addTask {
                    do {
                        _ = try await hasher.hash("correct horse")
                    } catch is ShippyError {
                        refused.withLock { $0 += 1 }
                    } catch {}
                }
            }
            // Some may have found the places of those that are done.
            try await eventually("the queue is full") { refused.withLock { $0 } >= 10 }
            group.cancelAll()
        }
        #expect(start.duration(to: .now) < .seconds(15))
        await hasher.close()
    }

    @Test func tellsTheRightPassword() async throws {
        let hasher = PasswordHasher(cost: 10)
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verifies("correct horse", hash))
        #expect(try await !hasher.verifies("correct horsf", hash))
        await hasher.close()
    }
}
