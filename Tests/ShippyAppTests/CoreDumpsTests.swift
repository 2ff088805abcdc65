import Glibc
import Testing

@testable import ShippyApp

@Suite struct CoreDumpsTests {
    @Test func theyAreTurnedOffAndCanBeTurnedOnAgain() {
        func limit() -> rlimit {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
            return limit
        }
        let before = limit()
        var raised = before
        raised.rlim_cur = before.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &raised)
        CoreDumps.disable()
        #expect(limit().rlim_cur == min(1, before.rlim_max))
        #expect(limit().rlim_max == before.rlim_max)
        raised.rlim_cur = before.rlim_cur
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &raised)
    }
}
