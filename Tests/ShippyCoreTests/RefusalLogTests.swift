import Testing

@testable import ShippyCore

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

    @Test func eachSubjectHasItsOwnLine() {
        let log = RefusalLog()
        let start = ContinuousClock.now
        #expect(log.next(of: "the store is away", at: start) == 0)
        #expect(log.next(of: "the store is away", at: start) == nil)
        #expect(log.next(of: "the bus is away", at: start) == 0)
        #expect(log.next(of: "the store is away", at: start + .seconds(1)) == 1)
    }

    /// Errors may contain what differs from call to call.
    @Test func theNumberOfSubjectsIsLimited() {
        let log = RefusalLog()
        let start = ContinuousClock.now
        for number in 0..<RefusalLog.subjectLimit { #expect(log.next(of: "\(number)", at: start) == 0) }
        #expect(log.next(of: "x", at: start) == 0)
        #expect(log.next(of: "y", at: start) == nil)
        #expect(log.next(of: "z", at: start + .milliseconds(500)) == nil)
        #expect(log.next(of: "y", at: start + .seconds(1)) == 0, "the others have come to an end, and make room")
    }
}
