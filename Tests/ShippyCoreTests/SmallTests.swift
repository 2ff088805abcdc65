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

struct SecretsTests {
    @Test(arguments: [
        "password", "PASSWD", "pwd", "pass", "newPassword", "password_confirmation", "passwordHash", "access_token", "client-secret", "tokens",
        "sslpassword", "apiKey",
    ])
    func areRecognized(name: String) {
        #expect(Secrets.isName(name))
    }

    @Test(arguments: ["", "email", "compass", "secretary", "password_changed", "token_count", "passenger", "key"])
    func othersAreNot(name: String) {
        #expect(!Secrets.isName(name))
    }
}

struct VisibleTextTests {
    @Test func showsWhatATerminalWouldActOn() {
        #expect("a\u{1b}[2Jb\u{202e}\u{9b}\r\n".visiblyEscaped() == "a\\u001b[2Jb\\u202e\\u009b\\u000d\\u000a")
        #expect("Grüße 漢字 🙂".visiblyEscaped() == "Grüße 漢字 🙂")
        #expect("abcdef".visiblyEscaped(limit: 3) == "abc…")
    }

    @Test func aQuotedValueIsEscaped() {
        #expect("a\u{1b}[2J \"b\"".quoted() == #""a\u001b[2J \"b\"""#)
        #expect("abcdef".quoted(limit: 3) == "\"abc…\"")
        #expect("".quoted() == "\"\"")
    }
}

struct RequestIDTests {
    @Test func takesASafeOneAndReplacesOthers() {
        #expect(RequestID.accept("abc-1.2_X") == "abc-1.2_X")
        for unsafe in ["", "a b", "a\nb", "ä", String(repeating: "x", count: 65)] { #expect(RequestID.accept(unsafe) != unsafe) }
        #expect(RequestID.accept(nil) != RequestID.accept(nil))
    }
}

@Suite struct CutInMiddleTests {
    @Test(arguments: [
        ("abcdefghij", 10, "abcdefghij"), ("abcdefghij", 9, "abcd…ghij"), ("abcdefghij", 8, "abcd…hij"), ("abcdefghij", 5, "ab…ij"),
        ("abcdefghij", 4, "abc…"), ("abcdefghij", 0, ""), ("漢字漢字漢字", 7, "漢字…字"), ("漢字漢字漢字", 6, "漢…字"),
    ])
    func bothEndsStay(text: String, width: Int, shown: String) {
        #expect(text.cutInMiddle(to: width, ellipsis: "…") == shown)
    }
}
