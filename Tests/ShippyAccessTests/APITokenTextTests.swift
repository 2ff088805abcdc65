import Crypto
import ShippyCore
import TestSupport
import Testing

@testable import ShippyAccess

struct APITokenTextTests {
    private let start = Fixture.start
    private let clock = ManualClock()
    private let revocations: RevocationList

    init() {
        revocations = RevocationList(clock: clock.steady)
        revocations.refresh(Revocations(mark: "", all: []), begun: clock.now)
    }

    private func stored(_ token: APITokenText, expiresAt: Timestamp? = nil) -> APIToken {
        APIToken(id: token.id, name: "ci", role: .reader, hash: token.hash, createdBy: "owner", createdAt: start, expiresAt: expiresAt)
    }

    private func refusal(_ token: APITokenText, _ stored: APIToken?, at now: Timestamp) -> TokenRefusal? {
        do {
            _ = try token.verify(stored, revocations: revocations, address: "", at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func aTokenIsWhoItWasMadeFor() throws {
        let made = APITokenText.make(at: start)
        #expect(made.text.hasPrefix("sht_") && made.text.utf8.count == 74)
        let parsed = try APITokenText(parsing: made.text)
        #expect(parsed.id == made.id && parsed.text == made.text && parsed.hash == made.hash && made.hash.count == 32)
        let caller = try parsed.verify(stored(made), revocations: revocations, address: "::1", at: start)
        #expect(caller == Caller(.token(id: made.id), role: .reader, address: "::1"))
        #expect(APITokenText.make(at: start).hash != made.hash)
    }

    @Test func aTokenIsRefusedWhenItIsUnknownAnothersExpiredOrRevoked() {
        let token = APITokenText.make(at: start)
        let other = APITokenText.make(at: start)
        #expect(refusal(token, nil, at: start) == .unknown)
        #expect(refusal(token, stored(other), at: start) == .unknown)
        var guess = stored(other)
        guess.id = token.id
        #expect(refusal(token, guess, at: start) == .signature)
        guess.hash = []
        #expect(refusal(token, guess, at: start) == .signature)
        let expiring = stored(token, expiresAt: start + .seconds(10))
        #expect(refusal(token, expiring, at: start + .milliseconds(9999)) == nil)
        #expect(refusal(token, expiring, at: start + .seconds(10)) == .expired)
        revocations.refresh(Revocations(mark: "1", all: [Revocation(subject: .token(token.id), at: start)]), begun: clock.now)
        #expect(refusal(token, stored(token), at: start) == .revoked)
        clock.advance(by: .seconds(5))
        #expect(refusal(token, stored(token), at: start) == .outdated)
    }

    @Test func aMistypedTokenIsRecognizedWithoutTheStore() throws {
        let text = APITokenText.make(at: start).text
        var characters = Array(text)
        for place in characters.indices {
            let original = characters[place]
            for letter in "ABCDwxyz0189-_=." where letter != original {
                characters[place] = letter
                #expect(throws: TokenRefusal.form) { try APITokenText(parsing: String(characters)) }
            }
            characters[place] = original
            #expect(throws: TokenRefusal.form) { try APITokenText(parsing: String(text.prefix(place))) }
        }
        #expect(throws: TokenRefusal.form) { try APITokenText(parsing: text + "A") }
    }

    @Test func theChecksumIsTheOneThatAScannerComputes() throws {
        let text = APITokenText.make(at: start).text
        let bytes = try #require(Base64URL.bytes(text.utf8.dropFirst(4)))
        #expect(Array(SHA256.hash(data: Array("sht_".utf8) + bytes[..<48]).prefix(4)) == Array(bytes[48...]))
        #expect(Array(SHA256.hash(data: bytes[16..<48])) == APITokenTextTests.hash(text))
    }

    private static func hash(_ text: String) -> [UInt8]? { (try? APITokenText(parsing: text))?.hash }

    @Test func nothingShowsATokenButItsText() {
        let token = APITokenText.make(at: start)
        var dumped = ""
        dump(token, to: &dumped)
        #expect("\(token)" == "token \(token.id)" && !dumped.contains("bytes"))
    }
}
