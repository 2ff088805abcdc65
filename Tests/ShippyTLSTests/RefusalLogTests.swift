import Testing

@testable import ShippyTLS

@Suite struct RefusalLogTests {
    @Test func thereIsALineASecond() {
        let log = RefusalLog()
        let start = ContinuousClock.now
        #expect(log.next(at: start) == 0)
        #expect(log.next(at: start + .milliseconds(10)) == nil)
        #expect(log.next(at: start + .milliseconds(990)) == nil)
        #expect(log.next(at: start + .milliseconds(1010)) == 2)
        #expect(log.next(at: start + .milliseconds(1500)) == nil)
        #expect(log.next(at: start + .seconds(5)) == 1)
    }
}
