import Crypto
import Foundation
import ShippyCore
import TestSupport
import Testing

@testable import ShippyAccess

struct AccessTokenTests {
    private let fixture: Fixture
    private var second: Int64 { Fixture.start.milliseconds / 1000 }

    init() throws {
        fixture = try Fixture()
    }

    // MARK: What is right

    @Test func aTokenSaysWhoItWasIssuedToAlsoWhenItsSignatureIsNotVerifiedAgain() throws {
        let issued = try fixture.issue()
        for _ in 0..<3 {
            #expect(try fixture.verify(issued.text) == issued.token)
        }
        #expect(issued.token.userID == fixture.user.id)
        #expect(issued.token.role == .operator)
        #expect(issued.token.expiresAt - issued.token.issuedAt == .seconds(900))
        #expect(issued.token.caller(address: "::1") == Caller(.user(id: fixture.user.id, session: fixture.session), role: .operator, address: "::1"))
        #expect(try fixture.issue().token.id != issued.token.id)
    }

    @Test func aTokenHasTheHeaderAndTheClaimsThatTheTutorialsVerifiersRead() throws {
        let parts = try fixture.issue().text.split(separator: ".").map { try #require(Base64URL.bytes($0.utf8)) }
        #expect(String(decoding: parts[0], as: UTF8.self) == #"{"alg":"ES256","typ":"JWT","kid":"\#(fixture.keyID)"}"#)
        let claims = try #require(try JSONSerialization.jsonObject(with: Data(parts[1])) as? [String: Any])
        #expect(Set(claims.keys) == ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "roles", "User"])
        #expect(claims["aud"] as? String == Fixture.audience)
        #expect(claims["iss"] as? String == Fixture.issuer)
        #expect(claims["exp"] as? Int64 == second + 900)
        #expect(claims["iat"] as? Int64 == second)
        #expect(claims["roles"] as? [String] == ["operator"])
        let user = ["id": fixture.user.id, "name": fixture.user.name, "company": fixture.user.company, "email": "ada@example.com"]
        #expect(claims["User"] as? [String: String] == user)
        #expect(String(decoding: parts[1], as: UTF8.self).contains("\"iat\":\(second),"), "times are whole seconds")
        #expect(parts[2].count == 64)
    }

    @Test func aForgedTokenIsAcceptedIfNothingIsWrongWithItSoThatTheOthersAreRefusedForWhatIs() throws {
        #expect(fixture.refusal(of: try fixture.forge()) == nil)
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(extra: #","new":{"a":[1.5e3,null,true,false,-0]} "#))) == nil)
    }

    @Test func theLargestUserGetsATokenThatIsAccepted() throws {
        let name = String(repeating: "\u{1}", count: 1023) + "é"
        var user = fixture.user
        (user.name, user.company) = (name, String(repeating: "\u{202e}", count: 341))
        user.email = EmailAddress(trusted: String(repeating: "a", count: 242) + "@example.com")
        let issued = try fixture.signer.issue(to: user, role: .admin, session: fixture.session, keys: fixture.keys, at: Fixture.start)
        #expect(issued.text.utf8.count <= AccessToken.sizeLimit)
        #expect(try fixture.verify(issued.text) == issued.token)
    }

    @Test func aSessionWithoutAnIDOfOursGetsNoToken() {
        let error = #expect(throws: ShippyError.self) {
            try fixture.signer.issue(to: fixture.user, role: .user, session: "7", keys: fixture.keys, at: Fixture.start)
        }
        #expect(error?.code == .failed)
    }

    // MARK: Time

    @Test func aTokenIsRefusedFromTheSecondOfItsExpiry() throws {
        let issued = try fixture.issue()
        #expect(fixture.refusal(of: issued.text, at: Timestamp(milliseconds: (second + 900) * 1000 - 1)) == nil)
        for late in [0, 1000, 1_000_000] as [Int64] {
            let now = Timestamp(milliseconds: (second + 900) * 1000 + late)
            #expect(fixture.refusal(of: issued.text, at: now) == .expired, "from the cache")
            #expect(fixture.refusal(of: try fixture.forge(), at: now) == .expired)
        }
    }

    @Test func aTokenOfTheFutureIsRefusedBeyondTheLeeway() throws {
        for (ahead, refusal) in [(0, nil), (10, nil), (11, .future), (100_000, .future)] as [(Int64, TokenRefusal?)] {
            let times = ["iat": "\(second + ahead)", "nbf": "\(second + ahead)", "exp": "\(second + ahead + 900)"]
            #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(times)), at: Timestamp(milliseconds: second * 1000)) == refusal)
        }
    }

    @Test func aTokenFromTheCacheIsRefusedWhileTheClockIsFarBehind() throws {
        let issued = try fixture.issue()
        #expect(fixture.refusal(of: issued.text) == nil)
        #expect(fixture.refusal(of: issued.text, at: Fixture.start - .seconds(60)) == .future)
    }

    @Test func aTokenIsValidForFifteenMinutesAtMost() throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(["exp": "\(second + 901)"]))) == .lifetime)
        #expect(
            fixture.refusal(
                of: try fixture.forge(claims: fixture.claims(["exp": "\(second + 1)", "iat": "\(second + 2)", "nbf": "\(second + 2)"]))) == .lifetime)
    }

    @Test(
        arguments: ["exp", "iat", "nbf"],
        ["1767323945.5", "\"1767323945\"", "1.767323945e9", "-1", "99999999999999999999", "253402300800", "null", "[1]"])
    func timesAreWholeSeconds(claim: String, value: String) throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims([claim: value]))) == .claims)
    }

    // MARK: Header

    @Test(arguments: ["none", "None", "NONE", "", "HS256", "RS256", "ES384", "ES512", "EdDSA", "es256", "ES256 ", "ES256K"])
    func anotherAlgorithmIsRefused(name: String) throws {
        let header = #"{"alg":"\#(name)","typ":"JWT","kid":"\#(fixture.keyID)"}"#
        let token = try fixture.forge(header: header)
        #expect(fixture.refusal(of: token) == .algorithm)
        let unsigned = token[...token.lastIndex(of: ".")!]
        #expect(fixture.refusal(of: String(unsigned)) == .algorithm)
    }

    @Test(arguments: [#""kid":"K""#, #""alg":null,"kid":"K""#, #""alg":["ES256"],"kid":"K""#, #""alg":1,"kid":"K""#, #""ALG":"ES256","kid":"K""#])
    func aMissingAlgorithmIsRefused(members: String) throws {
        let header = "{\"typ\":\"JWT\"," + members.replacing("\"K\"", with: "\"\(fixture.keyID)\"") + "}"
        #expect(fixture.refusal(of: try fixture.forge(header: header)) == .algorithm)
    }

    @Test func aTokenSignedByHMACWithThePublicKeyIsRefused() throws {
        let key = fixture.keys.signer(at: Fixture.start)!.key.publicKey
        let forms: [Data] = [
            key.x963Representation, key.rawRepresentation, key.compressedRepresentation, key.derRepresentation, Data(key.pemRepresentation.utf8),
            Data((key.pemRepresentation + "\n").utf8), Data(fixture.keys.jwks),
        ]
        for algorithm in ["HS256", "ES256"] {
            for form in forms {
                let header = #"{"alg":"\#(algorithm)","typ":"JWT","kid":"\#(fixture.keyID)"}"#
                let signed = Base64URL.text(Array(header.utf8)) + "." + Base64URL.text(Array(fixture.claims().utf8))
                let mac = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: form))
                #expect(fixture.refusal(of: signed + "." + Base64URL.text(Array(mac))) == (algorithm == "HS256" ? .algorithm : .signature))
            }
        }
    }

    @Test func anUnknownOrMissingKeyIsRefusedAndNoneIsTheDefault() throws {
        let foreign = P256.Signing.PrivateKey()
        let other = JSONWebKey(foreign.publicKey).id
        // A Kelvin sign is canonically equivalent to a K.
        let kelvin = fixture.keyID.replacing("K", with: "\u{212a}")
        for kid in [
            "\"\(other)\"", "\"\"", "1", "null", "[\"\(fixture.keyID)\"]", "\"../../dev/null\"", "\"\(fixture.keyID) \"", "\"\(kelvin)\u{301}\"",
        ] {
            let header = #"{"alg":"ES256","typ":"JWT","kid":\#(kid)}"#
            #expect(fixture.refusal(of: try fixture.forge(header: header)) == .key)
            #expect(fixture.refusal(of: try fixture.forge(header: header, by: foreign)) == .key)
        }
        #expect(fixture.refusal(of: try fixture.forge(header: #"{"alg":"ES256","typ":"JWT"}"#)) == .key)
        #expect(fixture.refusal(of: try fixture.forge(by: foreign)) == .signature)
        let standby = try #require(fixture.stored.keys.first { $0.id != fixture.keyID })
        #expect(fixture.refusal(of: try fixture.forge(header: fixture.header.replacing(fixture.keyID, with: standby.id))) == .signature)
    }

    @Test(arguments: [
        #""crit":["exp"]"#, #""crit":[]"#, #""jku":"https://evil.example/jwks.json""#, #""jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#,
        #""x5u":"https://evil.example/cert.pem""#, #""x5c":["MIIB"]"#, #""b64":false"#, #""zip":"DEF""#, #""cty":"JWT""#, #""x5t":"AA""#, #""new":1"#,
    ])
    func aHeaderWithMoreThanAlgorithmTypeAndKeyIsRefused(member: String) throws {
        #expect(fixture.refusal(of: try fixture.forge(header: fixture.header.dropLast() + ",\(member)}")) == .header)
    }

    @Test(arguments: ["at+jwt", "jwt", "", "JOSE"])
    func anotherTypeIsRefused(type: String) throws {
        #expect(fixture.refusal(of: try fixture.forge(header: fixture.header.replacing("\"JWT\"", with: "\"\(type)\""))) == .type)
    }

    @Test func aMissingTypeIsRefused() throws {
        #expect(fixture.refusal(of: try fixture.forge(header: #"{"alg":"ES256","kid":"\#(fixture.keyID)"}"#)) == .type)
    }

    @Test(arguments: [
        #""alg":"none""#, #""\u0061lg":"none""#, #""alg":"ES256""#, #""kid":"other""#, #""\u006bid":"other""#, #""typ":"JWT""#,
    ])
    func aMemberOfTheHeaderThatOccursTwiceIsRefused(member: String) throws {
        #expect(fixture.refusal(of: try fixture.forge(header: fixture.header.dropLast() + ",\(member)}")) == .duplicateMember)
        #expect(fixture.refusal(of: try fixture.forge(header: "{\(member)," + fixture.header.dropFirst())) == .duplicateMember)
    }

    @Test(arguments: ["", "[]", "null", "\"ES256\"", "{", "{}x", "\u{feff}{}", "{\"alg\":\"ES256\",}", "{'alg':'ES256'}"])
    func aHeaderThatIsNoJSONObjectIsRefused(header: String) throws {
        #expect(fixture.refusal(of: try fixture.forge(header: header)) == .json)
    }

    // MARK: Claims

    @Test(arguments: [
        #""sub":"admin""#, #""exp":9999999999"#, #""roles":["admin"]"#, #""\u0072oles":["admin"]"#, #""iss":"x""#, #""aud":"x""#, #""sid":"x""#,
    ])
    func aClaimThatOccursTwiceIsRefused(claim: String) throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(extra: ",\(claim)"))) == .duplicateMember)
    }

    @Test func aMemberOfTheClaimUserThatOccursTwiceIsRefused() throws {
        let user = #"{"id":"\#(fixture.user.id)","id":"other"}"#
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(["User": user]))) == .duplicateMember)
    }

    @Test(arguments: [nil, "\"other\"", "[\"shippy\"]", "\"shippy \"", "\"Shippy\"", "\"\"", "null", "{}"] as [String?])
    func anotherAudienceIsRefused(audience: String?) throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(["aud": audience]))) == .audience)
    }

    @Test(arguments: [nil, "\"https://evil.example\"", "\"https://shippy.example/\"", "[]", "null"] as [String?])
    func anotherIssuerIsRefused(issuer: String?) throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(["iss": issuer]))) == .issuer)
    }

    @Test(arguments: [nil, "[]", "[\"user\",\"admin\"]", "\"admin\"", "[\"root\"]", "[\"Admin\"]", "[1]", "null", "[[\"admin\"]]"] as [String?])
    func aTokenHasOneRoleThatExists(roles: String?) throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims(["roles": roles]))) == .claims)
    }

    @Test(
        arguments: [
            ("sub", nil), ("sub", "\"\""), ("sub", "\"other\""), ("sub", "7"), ("sid", nil), ("sid", "\"\""),
            ("sid", "\"01890a5d-ac96-474b-bcce-b302099a8057\""),
            ("sid", "\"01890A5D-AC96-774B-BCCE-B302099A8057\""), ("jti", nil), ("jti", "\"\""), ("User", nil), ("User", "{}"), ("exp", nil),
            ("iat", nil),
            ("nbf", nil), ("nbf", "0"),
        ] as [(String, String?)])
    func aTokenWithoutOneOfItsClaimsIsRefused(claim: String, value: String?) throws {
        #expect(fixture.refusal(of: try fixture.forge(claims: fixture.claims([claim: value]))) == .claims)
    }

    // MARK: Form

    @Test func aTokenThatWasCutIsRefusedWhereverItWas() throws {
        let text = try fixture.issue().text
        for length in 0..<text.utf8.count {
            #expect(fixture.refusal(of: String(text.prefix(length))) != nil)
        }
        for length in 1..<text.utf8.count {
            #expect(fixture.refusal(of: String(text.suffix(length))) != nil)
        }
    }

    @Test func aTokenThatWasExtendedIsRefused() throws {
        let text = try fixture.issue().text
        #expect(fixture.refusal(of: text) == nil)
        for end in ["A", "AA", "AAA", "AAAA", "=", "==", ".", ".e30", " ", "\n", "\0", "%00", ","] { #expect(fixture.refusal(of: text + end) != nil) }
        for begin in ["A", " ", ".", "Bearer ", "\u{feff}", "\n"] { #expect(fixture.refusal(of: begin + text) != nil) }
        #expect(fixture.refusal(of: text + "." + text) == .parts)
    }

    @Test func aTokenOfAMegabyteIsRefusedWithoutBeingLookedAt() {
        for text in [String(repeating: "A", count: 1 << 20), String(repeating: ".", count: 1 << 20), String(repeating: "e30.", count: 1 << 18)] {
            #expect(fixture.refusal(of: text) == .tooLong)
        }
    }

    @Test func anotherTextOfTheSameSignatureIsRefused() throws {
        let text = try fixture.issue().text
        let parts = text.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.bytes(parts[2].utf8))
        // 64 bytes leave four bits of the last character unused.
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let last = alphabet.firstIndex(of: parts[2].last!)!
        for other in last + 1..<last + 16 {
            #expect(fixture.refusal(of: text.dropLast() + String(alphabet[other])) == .encoding)
        }
        #expect(fixture.refusal(of: text + "==") == .encoding)
        let standard = Data(signature).base64EncodedString()
        #expect(fixture.refusal(of: "\(parts[0]).\(parts[1]).\(standard)") == .encoding)
        let der = try P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation
        #expect(fixture.refusal(of: "\(parts[0]).\(parts[1]).\(Base64URL.text(Array(der)))") == .signature)
    }

    @Test func theOtherFormOfASignatureIsValidAndRefused() throws {
        let text = try fixture.issue().text
        let parts = text.split(separator: ".").map(String.init)
        let signature = try #require(Base64URL.bytes(parts[2].utf8))
        let other = ES256.otherForm(of: signature)
        let key = fixture.keys.signer(at: Fixture.start)!.key.publicKey
        #expect(ES256.isValid(other, of: Array("\(parts[0]).\(parts[1])".utf8), by: key))
        #expect(ES256.otherForm(of: other) == signature)
        let copy = "\(parts[0]).\(parts[1]).\(Base64URL.text(other))"
        #expect(fixture.refusal(of: copy) == .highSignature)
        #expect(fixture.refusal(of: text) == nil)
        #expect(fixture.refusal(of: copy) == .highSignature, "from the cache")
    }

    @Test func everySignatureThatIsMadeHasTheLowForm() throws {
        let key = P256.Signing.PrivateKey()
        for number in 0..<200 {
            let bytes = Array("\(number)".utf8)
            let signature = try ES256.signature(of: bytes, by: key)
            #expect(ES256.isLow(signature) && ES256.isValid(signature, of: bytes, by: key.publicKey))
        }
    }

    @Test func impossibleSignaturesAreRefused() throws {
        let signed = try fixture.forge().split(separator: ".").dropLast().joined(separator: ".")
        let ones = [UInt8](repeating: 0, count: 31) + [1]
        for signature in [
            [UInt8](repeating: 0, count: 64), ones + ones, ones + [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xff, count: 64),
        ] {
            #expect(fixture.refusal(of: "\(signed).\(Base64URL.text(signature))") != nil)
        }
        for size in [0, 1, 63, 65, 72, 96] {
            #expect(fixture.refusal(of: "\(signed).\(Base64URL.text([UInt8](repeating: 1, count: size)))") == .signature)
        }
    }

    // MARK: What the client is told

    @Test(arguments: TokenRefusal.allCases.filter { $0 != .outdated })
    func everyRefusalTellsTheClientTheSame(refusal: TokenRefusal) {
        #expect(refusal.error == .invalidToken)
        #expect(refusal.error.code == .unauthenticated)
        #expect(refusal.error.forClients(requestID: "") == .invalidToken)
    }

    @Test func aClientMayTryAgainWhenTheRevocationsAreNotKnown() {
        #expect(TokenRefusal.outdated.error.code == .unavailable)
        #expect(TokenRefusal.outdated.error.retryAfter != nil)
    }

    // MARK: Keys and revocations reach the cache

    @Test func aVerifiedTokenIsRefusedOnceItsKeyHasBeenRevoked() throws {
        var fixture = fixture
        let text = try fixture.issue().text
        #expect(fixture.refusal(of: text) == nil)
        try fixture.replaceKeys(try fixture.rotation.revoked(fixture.keyID, of: fixture.stored.keys, at: Fixture.start), at: Fixture.start)
        #expect(fixture.refusal(of: text) == .key)
    }

    @Test func aVerifiedTokenIsRefusedOnceItsSessionHasBeenRevokedAndWhenTheStoreHasNotBeenReadForLong() throws {
        let text = try fixture.issue().text
        #expect(fixture.refusal(of: text) == nil)
        fixture.revocations.refresh(
            Revocations(mark: "1", all: [Revocation(subject: .session(fixture.session), at: Fixture.start)]), begun: fixture.clock.now)
        #expect(fixture.refusal(of: text) == .revoked)
        fixture.clock.advance(by: .seconds(5))
        #expect(fixture.refusal(of: text) == .outdated)
    }
}
