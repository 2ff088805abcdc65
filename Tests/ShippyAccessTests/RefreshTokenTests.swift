import ShippyCore
import Testing

@testable import ShippyAccess

struct RefreshTokenTests {
    private let secret = AccessSecret(bytes: [UInt8](repeating: 9, count: 32))
    private let token = RefreshToken(sessionID: "01890a5d-ac96-774b-bcce-b302099a8057", counter: 3)

    @Test(arguments: [1, 2, 255, 256, .max, 0, -1] as [Int64])
    func aTokenSaysItsSessionAndCounter(counter: Int64) throws {
        let token = RefreshToken(sessionID: token.sessionID, counter: counter)
        let text = try token.text(secret)
        #expect(text.hasPrefix("shr_") && text.utf8.count == 58)
        #expect(try RefreshToken(verifying: text, secret) == token)
    }

    @Test func aTokenOfAnotherSecretOrAnotherKindIsRefused() throws {
        let text = try token.text(secret)
        #expect(throws: TokenRefusal.signature) { try RefreshToken(verifying: text, .random()) }
        let owner = OwnerToken.make(secret, at: Fixture.start)
        let api = APITokenText.make(at: Fixture.start).text
        for other in [
            owner, api, "shr_" + owner.dropFirst(4), "sho_" + text.dropFirst(4), "", "shr_", String(text.dropFirst(4)), "SHR_" + text.dropFirst(4),
        ] {
            #expect(throws: TokenRefusal.form) { try RefreshToken(verifying: other, secret) }
        }
    }

    @Test func aTokenIsRefusedWhenAnythingAboutItIsChanged() throws {
        let text = try token.text(secret)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=. ")
        var characters = Array(text)
        for place in characters.indices {
            let original = characters[place]
            for letter in letters where letter != original {
                characters[place] = letter
                #expect(throws: TokenRefusal.self) { try RefreshToken(verifying: String(characters), secret) }
            }
            characters[place] = original
            #expect(throws: TokenRefusal.form) { try RefreshToken(verifying: String(text.prefix(place)), secret) }
        }
        for end in ["A", "AAAA", "=", "\n", " "] { #expect(throws: TokenRefusal.form) { try RefreshToken(verifying: text + end, secret) } }
        #expect(throws: TokenRefusal.form) { try RefreshToken(verifying: "shr_" + String(repeating: "A", count: 1 << 20), secret) }
        #expect(try RefreshToken(verifying: text, secret) == token)
    }

    @Test func theNextCounterHasAnotherTextAndASessionWithoutAUUIDHasNone() throws {
        let next = try RefreshToken(sessionID: token.sessionID, counter: 4).text(secret)
        let text = try token.text(secret)
        #expect(text != next)
        // The counter of one with the HMAC of the other.
        #expect(throws: TokenRefusal.signature) { try RefreshToken(verifying: String(next.dropLast(22) + text.suffix(22)), secret) }
        #expect(throws: ShippyError.self) { try RefreshToken(sessionID: "7", counter: 1).text(secret) }
    }
}
