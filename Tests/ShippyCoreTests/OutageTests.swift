import ShippyCore
import Testing

@Suite struct OutageTests {
    @Test func itsBeginningAndItsEndAreToldOnce() {
        var outage = Outage(base: .seconds(1), cap: .seconds(10))
        let told = [outage.end(), outage.fail(), outage.fail(), outage.end(), outage.end(), outage.fail()]
        #expect(told == [false, true, false, true, false, true])
    }

    @Test func eachFailureMakesTheWaitLonger() {
        var outage = Outage(base: .seconds(1), cap: .seconds(10))
        #expect(outage.pause <= .seconds(1), "before the first, as after it")
        for _ in 1...3 { outage.fail() }
        #expect(outage.pause >= .seconds(2) && outage.pause <= .seconds(4))
        for _ in 1...97 { outage.fail() }
        #expect(outage.pause >= .seconds(5) && outage.pause <= .seconds(10))
        outage.end()
        #expect(outage.pause <= .seconds(1))
    }
}
