import ShippyCore
import Synchronization
import Testing

@Suite struct LastWriteTests {
    private struct DiskFull: Error {}

    private let now = Now()
    private let last: LastWrite

    /// A clock that the test moves.
    private final class Now: Sendable {
        private let instant = Mutex(ContinuousClock.now)

        var value: ContinuousClock.Instant { instant.withLock { $0 } }

        func advance(by duration: Duration) { instant.withLock { $0 += duration } }
    }

    init() {
        last = LastWrite { [now] in now.value }
    }

    private func fail(_ error: any Error) async {
        await #expect(throws: (any Error).self) { try await last.observe { throw error } }
    }

    @Test func aFailureCountsUntilTheNextSuccess() async throws {
        #expect(last.failure == nil)
        #expect(try await last.observe { 5 } == 5)
        #expect(last.failure == nil)
        await fail(ShippyError(.unavailable, "the disk is full"))
        #expect(last.failure == "the disk is full")
        await fail(DiskFull())
        #expect(last.failure?.contains("DiskFull") == true)
        try await last.observe {}
        #expect(last.failure == nil)
    }

    @Test(arguments: [ShippyError.Code.usage, .malformed, .invalid, .conflict, .notFound, .tooLarge, .overloaded])
    func badDataIsNoFailureOfTheEngine(code: ShippyError.Code) async throws {
        await fail(ShippyError(code, "no"))
        #expect(last.failure == nil)
        // Nor is it a success.
        await fail(ShippyError(.unavailable, "away"))
        await fail(ShippyError(code, "no"))
        #expect(last.failure == "away")
    }

    @Test func onlyAnEarlierFailureIsForgiven() async throws {
        await fail(ShippyError(.failed, "full"))
        let begin = last.instant
        now.advance(by: .seconds(1))
        await fail(ShippyError(.failed, "full again"))
        last.forgive(before: begin)
        #expect(last.failure == "full again")
        last.forgive(before: last.instant)
        #expect(last.failure == nil)
    }

    @Test func aWriteThatIsGivenUpSaysNothing() async throws {
        await fail(CancellationError())
        #expect(last.failure == nil)
    }

    @Test func aFailureThatNobodyTriedAgainAfterIsForgotten() async throws {
        await fail(ShippyError(.failed, "full"))
        now.advance(by: .seconds(59))
        #expect(last.failure == "full")
        now.advance(by: .seconds(2))
        #expect(last.failure == nil)
        await fail(ShippyError(.failed, "full"))
        #expect(last.failure == "full")
    }
}
