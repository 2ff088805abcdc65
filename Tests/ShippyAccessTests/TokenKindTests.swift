import ShippyCore
import Testing

@testable import ShippyAccess

struct TokenKindTests {
    @Test func aTokenSaysWhatItClaimsToBe() throws {
        let fixture = try Fixture()
        #expect(TokenKind(of: try fixture.issue().text) == .access)
        #expect(TokenKind(of: OwnerToken.make(fixture.secret, at: Fixture.start)) == .owner)
        #expect(TokenKind(of: APITokenText.make(at: Fixture.start).text) == .api)
        #expect(TokenKind(of: try RefreshToken(sessionID: fixture.session, counter: 1).text(fixture.secret)) == .refresh)
        let key = try SharedSecretKey(Array("0123456789abcdef0123456789abcdef".utf8), from: "test")
        #expect(TokenKind(of: SharedSecretTokens(key).issue(to: fixture.user, session: fixture.session, at: Fixture.start)) == .sharedSecret)
        #expect(TokenKind(of: "") == .access)
    }

    @Test(
        arguments: [
            ("Bearer x.y", "x.y"), ("bearer x", "x"), ("BEARER  x ", "x"), ("x", "x"), (" x ", "x"), ("Bearer", nil), ("", nil), ("Basic x", nil),
            ("Bearer x y", nil),
            ("  ", nil), (" bearer  x", "x"), ("Bearer  ", nil), ("Bearers x", nil), ("x bearer", nil), ("Bearer bearer", "bearer"),
        ] as [(String, String?)])
    func aTokenIsFoundInAHeader(value: String, token: String?) {
        #expect(TokenKind.token(in: value) == token)
    }
}
