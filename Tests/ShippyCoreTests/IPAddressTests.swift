import ShippyCore
import Testing

struct IPAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1", "127.0.0.1", [127, 0, 0, 1]), ("192.0.2.255", "192.0.2.255", [192, 0, 2, 255]), ("0.0.0.0", "0.0.0.0", [0, 0, 0, 0]),
            ("0:0:0:0:0:0:0:1", "::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            ("2001:DB8::FF", "2001:db8::ff", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]),
            ("::ffff:c000:207", "::ffff:192.0.2.7", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 7]),
        ] as [(String, String, [UInt8])])
    func isReadAndWritten(text: String, shortest: String, bytes: [UInt8]) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == shortest)
        #expect(address.bytes == bytes)
        #expect(IPAddress(bytes: bytes) == address)
        #expect(IPAddress(shortest) == address)
        #expect(address.family == (bytes.count == 4 ? .v4 : .v6))
    }

    @Test(arguments: [
        "", "localhost", "127.1", "127.0.0.256", "127.0.0.1:80", "0127.0.0.1", " 127.0.0.1", "127.0.0.1\0.example.com", "[::1]", "::1%eth0", "::g",
        "1::2::3",
    ])
    func nothingElseIsRead(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func onlyFourOrSixteenBytesAreAnAddress() {
        for count in [0, 3, 5, 8, 15, 17] { #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil) }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.1.2", true), ("128.0.0.1", false), ("0.0.0.0", false), ("::1", true), ("::", false), ("::2", false),
        ("1::1", false),
        // Not even this one: it is asked for in its plain form.
        ("::ffff:127.0.0.1", false),
    ])
    func knowsTheAddressesOfThisMachine(text: String, isLoopback: Bool) {
        #expect(IPAddress(text)?.isLoopback == isLoopback)
    }

    @Test(arguments: [
        ("::ffff:192.0.2.7", "192.0.2.7"), ("192.0.2.7", "192.0.2.7"), ("::192.0.2.7", "::192.0.2.7"), ("1::ffff:c000:207", "1::ffff:c000:207"),
        ("::1", "::1"),
    ])
    func anIPv4AddressInIPv6NotationIsTheIPv4Address(text: String, plain: String) throws {
        #expect(try #require(IPAddress(text)).unmapped == #require(IPAddress(plain)))
    }
}
