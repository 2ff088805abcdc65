import HTTPTypes
import ShippyCore
import ShippyHTTPServer
import Testing

@Suite struct BrowserRulesTests {
    private func isAnswered(
        _ method: HTTPRequest.Method = .post, host: String?, _ headers: HTTPFields = [:], localAddress: String? = "127.0.0.1",
        own: [String] = ["127.0.0.1"], allowed: [String] = []
    ) throws -> Bool {
        let request = HTTPRequest(method: method, scheme: "http", authority: host, path: "/create", headerFields: headers)
        return try BrowserRules(ownHosts: own, allowedHosts: allowed).refusal(of: request, localAddress: localAddress) == nil
    }

    @Test(arguments: [
        "localhost", "localhost:8081", "LocalHost:8081", "localhost.:8081", "127.0.0.1", "127.0.0.1:8081", "127.0.0.1:1", "127.1.2.3:8081",
        "[::1]", "[::1]:8081", "[0:0:0:0:0:0:0:1]:8081", "[::ffff:127.0.0.1]:8081", "[::FFFF:127.0.0.1]:8081",
    ])
    func loopbackIsOurs(host: String) throws {
        for method in [HTTPRequest.Method.get, .head, .post, .put, .delete, .options] {
            #expect(try isAnswered(method, host: host))
        }
    }

    @Test(
        arguments: [
            nil, "", "evil.example", "evil.example:8081", "localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example", "127.evil.example",
            "127.0.0.1@evil.example", "evil.example#localhost", "localhost:", "localhost:x", "localhost:99999", "localhost:8081:1", "localhost:-1",
            "[::1", "::1", "[::1]x", "[::2]:8081", "[evil.example]", "[127.0.0.1]x", "0177.0.0.1", "127.1", "2130706433", "10.0.0.1",
            "localhost, evil.example",
            "localhost evil", ".", "..", ":8081", "0.0.0.0:8081",
        ] as [String?])
    func othersAreNot(host: String?) throws {
        for method in [HTTPRequest.Method.get, .head, .post, .put, .delete, .options] {
            #expect(try !isAnswered(method, host: host))
        }
    }

    @Test func aSecondHostIsRefused() throws {
        #expect(try !isAnswered(.get, host: "localhost", [.init("Host")!: "evil.example"]))
    }

    @Test func namesOfThisServerAreOurs() throws {
        let own = ["users.internal", "2001:DB8:0::1"]
        let allowed = ["Shippy.Example.com", "10.9.8.7", "[fd00::5]"]
        for host in [
            "users.internal:8081", "USERS.internal", "[2001:db8::1]:8081", "shippy.example.com", "SHIPPY.example.com.:443", "10.9.8.7:80",
            "[fd00:0::5]",
        ] {
            #expect(try isAnswered(.get, host: host, own: own, allowed: allowed), "\(host)")
            #expect(try !isAnswered(.get, host: host), "\(host)")
        }
        #expect(try !isAnswered(.get, host: "example.com", own: own, allowed: allowed))
        #expect(try !isAnswered(.get, host: "x.shippy.example.com", own: own, allowed: allowed))
    }

    @Test func theAddressThatTheConnectionCameInOnIsOurs() throws {
        #expect(try isAnswered(host: "192.168.1.5:8081", localAddress: "192.168.1.5", own: ["0.0.0.0"]))
        #expect(try isAnswered(host: "192.168.1.5:8081", localAddress: "::ffff:192.168.1.5", own: ["::"]))
        #expect(try isAnswered(host: "[FD00::7]:8081", localAddress: "fd00::7", own: ["::"]))
        #expect(try !isAnswered(host: "192.168.1.6:8081", localAddress: "192.168.1.5", own: ["0.0.0.0"]))
        #expect(try !isAnswered(host: "evil.example:8081", localAddress: "192.168.1.5", own: ["0.0.0.0"]))
        #expect(try isAnswered(host: "0.0.0.0:8081", own: ["0.0.0.0"]))
    }

    @Test func anAllowedHostThatIsNoneIsRefused() {
        for text in ["", "http://shippy.example.com", "a b", "*", "shippy.example.com/x"] {
            #expect(throws: ShippyError.self) { try BrowserRules(allowedHosts: [text]) }
        }
    }

    @Test(
        arguments: [
            (HTTPFields(), true),
            ([.secFetchSite: "same-origin"], true),
            ([.secFetchSite: "none"], true),
            ([.secFetchSite: "same-site"], false),
            ([.secFetchSite: "cross-site"], false),
            ([.secFetchSite: "Same-Origin"], false),
            ([.secFetchSite: ""], false),
            // The browser's own word wins over an Origin.
            ([.secFetchSite: "cross-site", .origin: "http://localhost:8081"], false),
            ([.secFetchSite: "same-origin", .origin: "https://localhost:8081"], true),
            ([.origin: "http://localhost:8081"], true),
            ([.origin: "HTTP://LOCALHOST:8081"], true),
            ([.origin: "https://localhost:8081"], true),
            ([.origin: "http://localhost:8080"], false),
            ([.origin: "http://localhost"], false),
            ([.origin: "http://127.0.0.1:8081"], false),
            ([.origin: "https://evil.example"], false),
            ([.origin: "http://localhost:8081.evil.example"], false),
            ([.origin: "http://evil.example/localhost:8081"], false),
            ([.origin: "null"], false),
            ([.origin: ""], false),
            ([.origin: "localhost:8081"], false),
            ([.origin: "file://localhost:8081"], false),
        ] as [(HTTPFields, Bool)])
    func whatChangesSomethingMustNotComeFromAnotherSite(headers: HTTPFields, isAnswered expected: Bool) throws {
        for method in [HTTPRequest.Method.post, .put, .patch, .delete, .init("FROB")!] {
            #expect(try isAnswered(method, host: "localhost:8081", headers) == expected)
        }
        for method in [HTTPRequest.Method.get, .head, .options] {
            #expect(try isAnswered(method, host: "localhost:8081", headers))
        }
    }

    @Test func aPortThatIsNotNamedIsTheSchemes() throws {
        let allowed = ["shippy.example.com"]
        #expect(try isAnswered(host: "shippy.example.com", [.origin: "https://shippy.example.com"], allowed: allowed))
        #expect(try isAnswered(host: "shippy.example.com:443", [.origin: "https://shippy.example.com"], allowed: allowed))
        #expect(try isAnswered(host: "shippy.example.com", [.origin: "http://shippy.example.com:80"], allowed: allowed))
        #expect(try !isAnswered(host: "shippy.example.com:8081", [.origin: "https://shippy.example.com"], allowed: allowed))
        #expect(try isAnswered(host: "[::1]:8081", [.origin: "http://[0::1]:8081"]))
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = Self("Sec-Fetch-Site")!
}
