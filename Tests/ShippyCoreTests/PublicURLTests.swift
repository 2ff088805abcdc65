import ShippyCore
import Testing

struct PublicURLTests {
    @Test(arguments: [
        ("https://accounts.example.com", "https://accounts.example.com", "accounts.example.com"),
        ("HTTPS://Accounts.Example.com:8443/", "https://accounts.example.com:8443", "accounts.example.com"),
        ("https://example.com/shippy/", "https://example.com/shippy", "example.com"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]", "2001:db8::1"),
        ("http://localhost:8081", "http://localhost:8081", "localhost"), ("http://127.0.0.1", "http://127.0.0.1", "127.0.0.1"),
        ("http://[::1]:80/a/b", "http://[::1]:80/a/b", "::1"),
    ])
    func aURLIsAHostAndAPathAndNothingElse(text: String, written: String, host: String) throws {
        let url = try #require(PublicURL(text))
        #expect(url.description == written)
        #expect(url.host == host)
        #expect(url.link(.resetPassword, token: "shl_x") == "\(written)/password?token=shl_x")
        #expect(url.link(.confirmAddress, token: "shl_x") == "\(written)/confirm?token=shl_x")
    }

    @Test(arguments: [
        "", "accounts.example.com", "https://", "https:///x", "http://accounts.example.com", "http://0.0.0.0:8081", "ftp://localhost",
        "https://ada@example.com", "https://ada:secret@example.com", "https://example.com?x=1", "https://example.com/#x", "https://example.com/a?b",
        "https://example.com//a", "https://example.com/../a", "https://example.com/a b", "https://example.com/%2e", "https://example.com:0",
        "https://example.com:99999", "https://example.com:", "https://exämple.com", "https://example.com\r\nX: y", "https://[::1", "https://a:b:c",
        "javascript://localhost/x",
    ])
    func anythingElseIsNone(text: String) { #expect(PublicURL(text) == nil) }

    @Test func aPurposeIsNamedAfterItsMail() throws {
        for purpose in LinkPurpose.allCases { #expect(try LinkPurpose(requested: purpose.template.rawValue) == purpose) }
        for text in ["", "welcome", "password-changed", "RESET-PASSWORD"] {
            #expect(throws: ShippyError.self) { try LinkPurpose(requested: text) }
        }
    }
}
