import Crypto
import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyAccess

struct SharedSecretTokensTests {
    private static let key = Array("0123456789abcdef0123456789ABCDEF".utf8)
    private let fixture: Fixture
    private let tokens: SharedSecretTokens
    private let start = Fixture.start

    init() throws {
        fixture = try Fixture()
        tokens = SharedSecretTokens(try SharedSecretKey(Self.key, from: "test"))
    }

    private func refusal(_ text: String, at now: Timestamp = Fixture.start) -> TokenRefusal? {
        do {
            _ = try tokens.verify(text, at: now)
            return nil
        } catch {
            return error
        }
    }

    private func forge(header: String = #"{"alg":"HS256","typ":"JWT"}"#, claims: String, key: [UInt8] = key) -> String {
        let signed = Base64URL.text(Array(header.utf8)) + "." + Base64URL.text(Array(claims.utf8))
        return signed + "." + Base64URL.text(Array(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: key))))
    }

    private func claims(exp: String? = nil, iss: String = "go.micro.srv.user", user: String = #"{"id":"7"}"#, extra: String = "") -> String {
        #"{"User":\#(user),"exp":\#(exp ?? "\(start.milliseconds / 1000 + 60)"),"iss":"\#(iss)"\#(extra)}"#
    }

    @Test func aTokenHasTheTutorialsForm() throws {
        let text = tokens.issue(to: fixture.user, session: fixture.session, at: start)
        let parts = text.split(separator: ".").map(String.init)
        #expect(String(decoding: try #require(Base64URL.bytes(parts[0].utf8)), as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
        let json = try #require(Base64URL.bytes(parts[1].utf8))
        let claims = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        #expect(Set(claims.keys) == ["User", "exp", "iss", "sid"])
        #expect(Set((claims["User"] as? [String: String] ?? [:]).keys) == ["id", "name", "company", "email"])
        #expect(claims["exp"] as? Int64 == start.milliseconds / 1000 + 72 * 3600)
        #expect(claims["iss"] as? String == "go.micro.srv.user")
        let verified = try tokens.verify(text, at: start)
        #expect(verified.userID == fixture.user.id && verified.sessionID == fixture.session)
        #expect(refusal(text, at: start + SharedSecretTokens.lifetime - .seconds(1)) == nil)
        #expect(refusal(text, at: start + SharedSecretTokens.lifetime) == .expired)
    }

    @Test func aTokenOfAnotherProgramWithTheKeyIsAcceptedAndHasNoSession() throws {
        let text = forge(claims: claims(user: #"{"id":"7","name":"x","email":"a@b","password":"$2a$10$x"}"#))
        #expect(
            try tokens.verify(text, at: start)
                == SharedSecretTokens.Claims(
                    userID: "7", sessionID: nil, expiresAt: Timestamp(milliseconds: start.milliseconds / 1000 * 1000 + 60_000)))
    }

    @Test func whatIsWrongWithATokenIsRefused() throws {
        let second = start.milliseconds / 1000
        #expect(refusal(forge(claims: claims())) == nil)
        #expect(refusal(forge(claims: claims(), key: Array("another key of at least 32 bytes!".utf8))) == .signature)
        #expect(refusal(forge(claims: claims(exp: "\(second)"))) == .expired)
        #expect(refusal(forge(claims: claims(exp: "\(second + 72 * 3600 + 11)"))) == .lifetime)
        #expect(refusal(forge(claims: claims(exp: "\(second).5"))) == .claims)
        #expect(refusal(forge(claims: claims(iss: "other"))) == .issuer)
        #expect(refusal(forge(claims: claims(user: "{}"))) == .claims)
        #expect(refusal(forge(claims: claims(extra: #","sid":"7""#))) == .claims)
        #expect(refusal(forge(claims: claims(extra: #","sid":null"#))) == .claims)
        #expect(refusal(forge(claims: claims(extra: #","exp":9999999999"#))) == .duplicateMember)
        for header in [#"{"alg":"none","typ":"JWT"}"#, #"{"alg":"ES256","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"typ":"JWT"}"#] {
            #expect(refusal(forge(header: header, claims: claims())) == .algorithm)
        }
        #expect(refusal(forge(header: #"{"alg":"HS256"}"#, claims: claims())) == .type)
        #expect(refusal(forge(header: #"{"alg":"HS256","typ":"JWT","kid":"x"}"#, claims: claims())) == .header)
        #expect(refusal(forge(header: #"{"alg":"HS256","typ":"JWT","crit":["x"]}"#, claims: claims())) == .header)
        #expect(refusal(String(repeating: "A", count: 1 << 20)) == .tooLong)
        let text = forge(claims: claims())
        for length in 0..<text.utf8.count { #expect(refusal(String(text.prefix(length))) != nil) }
        for end in ["A", "=", ".", " "] { #expect(refusal(text + end) != nil) }
    }

    @Test func neitherVerifierAcceptsTheOthersTokens() throws {
        #expect(refusal(try fixture.issue().text) == .algorithm)
        #expect(fixture.refusal(of: tokens.issue(to: fixture.user, session: fixture.session, at: start)) == .algorithm)
    }

    @Test(arguments: [
        "mySuperSecretKeyLol", "mySuperSecretKeyLolmySuperSecretKeyLol", "MYSUPERSECRETKEYLOL and something to make it longer",
        "mySuperSecretKey!123",
        "`xs#a_1-!", "SigningString", "your-256-bit-secret", "a-string-secret-at-least-256-bits-long", "871a7b7013cdcb64e2710e3e7cb4d1b9",
        "3XVt4E74peHFJ6mZ7Cf0o1Q59GAJerY5",
    ])
    func theTutorialsOwnKeysAreRefusedByName(key: String) {
        let error = #expect(throws: ShippyError.self) { try SharedSecretKey(Array(key.utf8), from: "FILE") }
        #expect(error?.code == .usage)
        #expect(error.map { $0.message.contains("is the one of") && !$0.message.contains(key) } ?? false)
    }

    @Test(arguments: ["", "0123456789abcdef0123456789ABCDE", String(repeating: "ab", count: 32), String(repeating: "\0", count: 64)])
    func aShortOrSimpleKeyIsRefused(key: String) {
        let error = #expect(throws: ShippyError.self) { try SharedSecretKey(Array(key.utf8), from: "FILE") }
        #expect(error?.code == .usage)
        #expect(error?.message.contains("openssl rand -hex 32") ?? false)
    }

    @Test func aKeyIsReadFromAFileThatNobodyElseCanRead() throws {
        let directory = try TemporaryDirectory()
        try Data(Self.key + [10]).write(to: URL(filePath: directory("key")))
        try #require(chmod(directory("key"), 0o600) == 0)
        let read = SharedSecretTokens(try SharedSecretKey.load(directory("key")))
        #expect(throws: Never.self) { try tokens.verify(read.issue(to: fixture.user, session: fixture.session, at: start), at: start) }
        try #require(chmod(directory("key"), 0o644) == 0)
        let error = #expect(throws: ShippyError.self) { try SharedSecretKey.load(directory("key")) }
        #expect(error?.code == .denied)
    }
}
