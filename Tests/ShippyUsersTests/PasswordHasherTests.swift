import ShippyCore
import ShippyUsers
import Testing

@Suite struct PasswordHasherTests {
    @Test func whatNobodyWaitsForIsNotHashed() async throws {
        // One of this cost takes a second: a queue full of them takes half a minute, and more.
        let hasher = PasswordHasher(cost: 14)
        let start = ContinuousClock.now
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<(PasswordHasher.queueLimit + 20) {
                group.addTask {
                    do {
                        _ = try await hasher.hash("correct horse")
                        return false
                    } catch {
                        return error is ShippyError
                    }
                }
            }
            // Once many are refused, the queue is full of the others.
            var refused = 0
            while refused < 10, let isRefused = await group.next() { refused += isRefused ? 1 : 0 }
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
