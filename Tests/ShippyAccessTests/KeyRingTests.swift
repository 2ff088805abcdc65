import Crypto
import Foundation
import ShippyCore
import Testing

@testable import ShippyAccess

struct KeyRingTests {
    private let fixture: Fixture

    init() throws {
        fixture = try Fixture()
    }

    private func refusal(_ keys: [StoredSigningKey], _ secret: AccessSecret) -> ShippyError? {
        #expect(throws: ShippyError.self) { try KeyRing(StoredSigningKeys(revision: 1, keys: keys), secret: secret, at: Fixture.start) }
    }

    @Test func keysAreWorthNothingWithoutTheSecret() {
        let error = refusal(fixture.stored.keys, .random())
        #expect(error?.code == .denied)
        #expect(error?.message.contains("another secret") ?? false)
    }

    @Test func aPrivateKeyIsNotInTheStoreInAnyForm() throws {
        for key in fixture.stored.keys {
            let open = try SealedKey.open(key, with: fixture.secret)
            #expect(!Data(key.sealedPrivateKey).contains(open.rawRepresentation))
            #expect(key.sealedPrivateKey.count == 12 + 32 + 16)
        }
    }

    @Test func whoCanWriteToTheStoreCannotAddAKeyOrChangeOne() throws {
        let own = try #require(fixture.stored.keys.first)
        let foreign = P256.Signing.PrivateKey()
        var changes: [StoredSigningKey] = []
        var key = own
        key.publicKey = [UInt8](foreign.publicKey.x963Representation)
        changes.append(key)
        key.id = JSONWebKey(foreign.publicKey).id
        changes.append(key)
        key.sealedPrivateKey = try SealedKey.seal(foreign, id: key.id, under: .random())
        changes.append(key)
        key = own
        key.sealedPrivateKey[20] ^= 1
        changes.append(key)
        key = own
        key.sealedPrivateKey = []
        changes.append(key)
        // The private half of another key of the installation.
        key = own
        key.sealedPrivateKey = fixture.stored.keys[1].sealedPrivateKey
        changes.append(key)
        key = own
        key.id = "1"
        key.sealedPrivateKey = try SealedKey.seal(try SealedKey.open(own, with: fixture.secret), id: "1", under: fixture.secret)
        changes.append(key)
        for change in changes { #expect(refusal([change], fixture.secret)?.code == .denied) }
    }

    @Test func aRetiredKeyIsNeitherPublishedNorAcceptedSweptOrNot() throws {
        var fixture = fixture
        let text = try fixture.issue(at: Fixture.start).text
        let later = Fixture.start + .seconds(1000)
        try fixture.replaceKeys(try fixture.rotation.rotated(fixture.stored.keys, at: later), at: later)
        let ring = fixture.keys
        let ends = later + KeyRotation.retirementTime
        let old = fixture.stored.keys[0].id
        #expect(ring.verifier(old, at: ends - .milliseconds(1)) != nil)
        #expect(ring.verifier(old, at: ends) == nil)
        let rebuilt = try KeyRing(fixture.stored, secret: fixture.secret, at: ends)
        #expect(rebuilt.verifier(old, at: ends) == nil)
        #expect(!String(decoding: rebuilt.jwks, as: UTF8.self).contains(old) && String(decoding: ring.jwks, as: UTF8.self).contains(old))
        #expect(fixture.refusal(of: text, at: ends) != nil)
    }

    @Test func withoutKeysNothingIsSignedAndTheDocumentIsEmpty() throws {
        let ring = try KeyRing(StoredSigningKeys(revision: 0, keys: []), secret: fixture.secret, at: Fixture.start)
        #expect(String(decoding: ring.jwks, as: UTF8.self) == #"{"keys":[]}"#)
        let error = #expect(throws: ShippyError.self) {
            try fixture.signer.issue(to: fixture.user, role: .user, session: fixture.session, keys: ring, at: Fixture.start)
        }
        #expect(error?.code == .unavailable)
    }
}
