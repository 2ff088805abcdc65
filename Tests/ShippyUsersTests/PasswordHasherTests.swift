import ShippyCore
import ShippyUsers
import Testing

@Suite struct PasswordHasherTests {
    @Test func whatNobodyWaitsForIsNotHashed() async throws {
        // One of this cost takes a second, so that few are hashed before all are cancelled.
        let hasher = PasswordHasher(cost: 14)
        let hashed = await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { (try? await hasher.hash("correct horse")) != nil } }
            group.cancelAll()
            return await group.reduce(into: 0) { count, isHashed in count += isHashed ? 1 : 0 }
        }
        #expect(hashed < 50)
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
