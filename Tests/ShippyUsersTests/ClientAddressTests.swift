import ShippyUsers
import Testing

@Suite struct ClientAddressTests {
    @Test(arguments: [
        ("127.0.0.1", "::ffff:127.0.0.1"), ("192.0.2.7", "::FFFF:c000:207"), ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("fe80::1%eth0", "fe80::2"), ("::1", "0:0:0:0::1"),
    ])
    func countsAsOne(one: String, other: String) throws {
        #expect(try #require(ClientAddress(one)) == #require(ClientAddress(other)))
    }

    @Test(arguments: [("127.0.0.1", "127.0.0.2"), ("2001:db8:1:2::1", "2001:db8:1:3::1"), ("::1", "0.0.0.0"), ("::", "0.0.0.0")])
    func countsAsTwo(one: String, other: String) throws {
        #expect(try #require(ClientAddress(one)) != #require(ClientAddress(other)))
    }

    @Test func aNetworkIsTheFirst48BitsOfIPv6() throws {
        let address = try #require(ClientAddress("2001:db8:1:2::1"))
        #expect(address.network == ClientAddress("2001:db8:1:ffff::9")?.network)
        #expect(address.network != ClientAddress("2001:db8:2:2::1")?.network)
        #expect(address.network != address && address.network.network == address.network)
        let v4 = try #require(ClientAddress("192.0.2.7"))
        #expect(v4.network == v4)
    }

    @Test(arguments: ["", "localhost", "/run/shippy.sock", "127.0.0.1:80", "1.2.3", "::g", "%eth0"])
    func isNoAddress(text: String) {
        #expect(ClientAddress(text) == nil)
    }
}
