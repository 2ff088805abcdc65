import ShippyCore
import Testing

struct BackoffTests {
    @Test func doublesUpToItsCapWithJitter() {
        let backoff = Backoff(base: .seconds(1), cap: .seconds(10))
        #expect((1...6).map { backoff.ceiling(attempt: $0) } == [1, 2, 4, 8, 10, 10].map { .seconds($0) })
        #expect(backoff.ceiling(attempt: 1000) == .seconds(10))
        let delays = (0..<200).map { _ in backoff.delay(attempt: 3) }
        #expect(delays.allSatisfy { $0 >= .seconds(2) && $0 <= .seconds(4) })
        #expect(Set(delays).count > 10)
    }
}
