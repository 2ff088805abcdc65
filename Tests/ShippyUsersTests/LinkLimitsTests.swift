import ShippyCore
import TestSupport
import Testing

@testable import ShippyUsers

@Suite struct LinkLimitsTests {
    private let clock = ManualClock()
    private let limits: LinkLimits
    private let ada = LoginAccount("ada@example.com", mailDomain: nil)

    init() { limits = LinkLimits(clock: clock.steady) }

    private func isAdmitted(_ address: String) -> Bool { (try? limits.admit(ClientAddress(address))) != nil }

    @Test func anAddressMayAskTwentyTimesAndThenEveryHalfMinute() {
        for _ in 0..<20 { #expect(isAdmitted("192.0.2.1")) }
        let error = #expect(throws: ShippyError.self) { try limits.admit(ClientAddress("192.0.2.1")) }
        #expect(error?.code == .limited && error?.retryAfter == .seconds(30))
        #expect(error?.message == "too many mails were asked for from this address: try again in 30 seconds")
        #expect(isAdmitted("192.0.2.2"))
        clock.advance(by: .seconds(30))
        #expect(isAdmitted("192.0.2.1"))
        #expect(!isAdmitted("192.0.2.1"))
    }

    @Test func aNetworkOfIPv6HasTenTimesAsMuch() {
        for number in 0..<200 { #expect(isAdmitted("2001:db8:1:\(String(number % 100, radix: 16))::1")) }
        #expect(!isAdmitted("2001:db8:1:ffff::1"))
        #expect(isAdmitted("2001:db8:2::1"))
    }

    @Test func clientsWithoutAnAddressAreOneClient() {
        for _ in 0..<20 { #expect(isAdmitted("")) }
        #expect(!isAdmitted("/run/socket"))
    }

    @Test func anAccountGetsThreeMailsAndThenOneEveryTwentyMinutes() {
        for _ in 0..<3 { #expect(limits.charge(ada, for: .resetPassword) == nil) }
        #expect(limits.charge(ada, for: .resetPassword) == .seconds(1200))
        // Another spelling is the same account.
        #expect(limits.charge(LoginAccount("ADA@Example.com", mailDomain: nil), for: .resetPassword) == .seconds(1200))
        #expect(limits.charge(LoginAccount("bob@example.com", mailDomain: nil), for: .resetPassword) == nil)
        clock.advance(by: .seconds(1200))
        #expect(limits.charge(ada, for: .resetPassword) == nil)
        // Asking in vain costs nothing.
        // The other kind has its own limit: nobody can use up the mails for a new password by asking for confirmations.
        #expect(limits.charge(ada, for: .confirmAddress) == nil)
        for _ in 0..<100 { #expect(limits.charge(ada, for: .resetPassword) == .seconds(1200)) }
    }

    @Test func theTablesAreBounded() {
        let limits = LinkLimits(clock: clock.steady, limit: 100)
        for number in 0..<1000 {
            try? limits.admit(ClientAddress("10.0.\(number / 256).\(number % 256)"))
            _ = limits.charge(LoginAccount("u\(number)@example.com", mailDomain: nil), for: .resetPassword)
        }
        #expect(limits.count <= 100)
    }
}
