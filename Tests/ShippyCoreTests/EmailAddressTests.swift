import ShippyCore
import Testing

struct EmailAddressTests {
    @Test(arguments: [
        ("ada@example.com", "ada@example.com"),
        ("Ada.Lovelace+x@EXAMPLE.Com", "Ada.Lovelace+x@example.com"),
        ("o'brien@mail.example", "o'brien@mail.example"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("a@localhost", "a@localhost"),
    ])
    func accepts(text: String, normalized: String) throws {
        #expect(try EmailAddress(text).description == normalized)
    }

    @Test(arguments: [
        "", "ada", "@example.com", "ada@", "a@b\r\nBcc: x@y", "a@b\nBcc: x@y", "a\r\nRCPT TO:<x@y>@b", "a@b\0", "a\0@b", "<a@b>",
        "\"x@evil \"@b", "a b@c", "a@b c", ".a@b", "a.@b", "a..b@c", "a@-b.c", "a@b-.c", "a@b..c", "a@[127.0.0.1]", "ä@example.com",
        "a@b\u{202e}.c", "a@b/../c", "a@b?x", String(repeating: "x", count: 65) + "@example.com",
        "a@" + String(repeating: "x", count: 64) + ".com", "a@" + Array(repeating: "abcdefgh", count: 29).joined(separator: "."),
    ])
    func refuses(text: String) {
        let error = #expect(throws: ShippyError.self) { try EmailAddress(text) }
        #expect(error?.code == .invalid)
        #expect(error?.message.unicodeScalars.allSatisfy { !$0.isUnsafeToShow } == true)
    }

    @Test func completesABareName() throws {
        #expect(try EmailAddress("test", defaultDomain: "localhost").description == "test@localhost")
        #expect(try EmailAddress("test", defaultDomain: "LOCALHOST").domain == "localhost")
        #expect(throws: ShippyError.self) { try EmailAddress("", defaultDomain: "localhost") }
        #expect(throws: ShippyError.self) { try EmailAddress("te st", defaultDomain: "localhost") }
    }

    @Test(arguments: [("ada@example.com", "example.com"), ("\"a b\"@X.de", "X.de"), ("nobody", ""), ("", ""), ("a@b\r\nBcc: x@y", "y")])
    func aTrustedOneIsTakenAsItIs(text: String, domain: String) {
        #expect(EmailAddress(trusted: text).description == text)
        #expect(EmailAddress(trusted: text).domain == domain)
    }

    @Test func takesTheLongestOnes() throws {
        let domain = [63, 63, 59].map { String(repeating: "d", count: $0) }.joined(separator: ".")
        #expect(try EmailAddress(String(repeating: "l", count: 64) + "@" + domain).description.utf8.count == 252)
        #expect(throws: ShippyError.self) { try EmailAddress(String(repeating: "l", count: 64) + "@" + domain + ".dd") }
    }
}
