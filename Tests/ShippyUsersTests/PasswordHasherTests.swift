import ShippyCore
import ShippyUsers
import Testing

@Suite struct PasswordHasherTests {
    @Test func whatNobodyWaitsForIsNotHashed() async throws {
        // One of this cost takes a second: two hundred that are hashed all the same would take minutes.
        let hasher = PasswordHasher(cost: 14)
        let start = ContinuousClock.now
        await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { await #expect(throws: CancellationError.self) { try await hasher.hash("correct horse") } } }
            group.cancelAll()
        }
        #expect(start.duration(to: .now) < .seconds(45))
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
