import Testing

@testable import ShippyApp

@Suite struct ClosingTests {
    private struct Failure: Error {}

    @Test func closesOnceAfterSuccess() async throws {
        var steps: [String] = []
        let value = try await closing(
            { steps.append("close") },
            after: { () async throws -> Int in
                steps.append("body")
                return 7
            })
        #expect(value == 7)
        #expect(steps == ["body", "close"])
    }

    @Test func closesOnceAfterFailure() async {
        var steps: [String] = []
        await #expect(throws: Failure.self) {
            try await closing(
                { steps.append("close") },
                after: {
                    steps.append("body")
                    throw Failure()
                })
        }
        #expect(steps == ["body", "close"])
    }
}
