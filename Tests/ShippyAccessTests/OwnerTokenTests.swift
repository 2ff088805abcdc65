import ShippyCore
import Testing

@testable import ShippyAccess

struct OwnerTokenTests {
    private let secret = AccessSecret.random()
    private let start = Fixture.start

    private func refusal(_ text: String, at now: Timestamp, _ secret: AccessSecret? = nil) -> TokenRefusal? {
        do {
            _ = try OwnerToken.verify(text, secret ?? self.secret, address: "", at: now)
            return nil
        } catch {
            return error
        }
    }

    @Test func whoHasTheSecretIsTheOwnerAnAdmin() throws {
        let text = OwnerToken.make(secret, at: start)
        #expect(text.hasPrefix("sho_"))
        #expect(try OwnerToken.verify(text, secret, address: "::1", at: start) == Caller(.owner, role: .admin, address: "::1"))
        #expect(refusal(text, at: start, .random()) == .signature)
        #expect(OwnerToken.make(secret, at: start) != text)
    }

    @Test func itIsValidForFiveMinutes() {
        let text = OwnerToken.make(secret, at: start)
        #expect(refusal(text, at: start + .milliseconds(299_999)) == nil)
        #expect(refusal(text, at: start + .seconds(300)) == .expired)
        #expect(refusal(text, at: start - .seconds(10)) == nil)
        #expect(refusal(text, at: start - .milliseconds(10_001)) == .lifetime)
    }

    @Test func itIsRefusedWhenAnythingAboutItIsChanged() {
        let text = OwnerToken.make(secret, at: start)
        var characters = Array(text)
        for place in characters.indices {
            let original = characters[place]
            for letter in "ABCDwxyz0189-_=." where letter != original {
                characters[place] = letter
                #expect(refusal(String(characters), at: start) != nil)
            }
            characters[place] = original
            #expect(refusal(String(text.prefix(place)), at: start) == .form)
        }
        #expect(refusal(text + "A", at: start) == .form)
        #expect(refusal(text, at: start) == nil)
    }
}
