import ShippyCore
import Testing

struct HostPortTests {
    @Test(arguments: [
        ("127.0.0.1:8081", "127.0.0.1", 8081, true), ("[::1]:0", "::1", 0, true), ("0.0.0.0:80", "0.0.0.0", 80, false),
        ("localhost:1", "localhost", 1, true), ("127.1.2.3:1", "127.1.2.3", 1, true), ("127.evil.example:1", "127.evil.example", 1, false),
        ("127.0.0.1.evil.example:1", "127.0.0.1.evil.example", 1, false), ("127.0.0.256:1", "127.0.0.256", 1, false),
    ])
    func reads(text: String, host: String, port: Int, isLoopback: Bool) throws {
        let address = try HostPort(text)
        #expect(address == HostPort(host: host, port: port))
        #expect(address.isLoopback == isLoopback)
        #expect(address.description == text)
    }

    @Test(arguments: ["", "8081", ":8081", "host:", "host:x", "host:70000", "a b:1"])
    func refuses(text: String) {
        let error = #expect(throws: ShippyError.self) { try HostPort(text) }
        #expect(error?.code == .usage)
    }
}
