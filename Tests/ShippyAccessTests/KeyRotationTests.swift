import Crypto
import Foundation
import ShippyCore
import Testing

@testable import ShippyAccess

struct KeyRotationTests {
    private let rotation = KeyRotation(secret: .random())
    private let start = Fixture.start

    private func states(_ keys: [StoredSigningKey], at now: Timestamp) -> [SigningKeyState] { keys.map { $0.state(among: keys, at: now) } }

    /// A new key beside keys of another secret would be of no use to anybody, and the right secret would be none any more, either.
    @Test func keysOfAnotherSecretAreNotRotated() throws {
        let keys = try rotation.first(at: start)
        let error = #expect(throws: ShippyError.self) { try KeyRotation(secret: .random()).rotated(keys, at: start) }
        #expect(error?.code == .denied)
    }

    @Test func theFirstOfTwoKeysSignsAtOnceAndTheOtherOneStandsBy() throws {
        let keys = try rotation.first(at: start)
        #expect(states(keys, at: start) == [.signs, .standsBy])
        #expect(Set(keys.map(\.id)).count == 2)
        #expect(try rotation.rotated([], at: start).map { $0.state(among: [$0], at: start) } == [.signs, .standsBy])
        // Also on a machine whose clock is behind.
        #expect(states(keys, at: start - .seconds(60)) == [.signs, .standsBy])
    }

    @Test func aKeyDoesNotSignBeforeCachesCanKnowIt() throws {
        let first = try rotation.first(at: start)
        let now = start + .seconds(60)
        let rotated = try rotation.rotated(first, at: now)
        let begins = start + .seconds(600)
        #expect(states(rotated, at: now) == [.signs, .willSign(from: begins), .standsBy])
        #expect(states(rotated, at: begins - .milliseconds(1)) == [.signs, .willSign(from: begins), .standsBy])
        let ends = begins + .seconds(15 * 60 + 5 * 60)
        #expect(states(rotated, at: begins) == [.retired(until: ends), .signs, .standsBy])
        #expect(rotation.swept(rotated, at: ends - .milliseconds(1)) == rotated)
        #expect(rotation.swept(rotated, at: ends).map(\.id) == rotated.dropFirst().map(\.id))
        #expect(KeyRotation.standbyTime >= KeyRotation.cachingTime * 2)
    }

    @Test func aKeyThatHasStoodByForLongSignsAtOnce() throws {
        let first = try rotation.first(at: start)
        let now = start + .seconds(86_400)
        let rotated = try rotation.rotated(first, at: now)
        #expect(states(rotated, at: now) == [.retired(until: now + KeyRotation.retirementTime), .signs, .standsBy])
    }

    @Test func aRotationWhileOneIsUnderWayChangesNothing() throws {
        let once = try rotation.rotated(try rotation.first(at: start), at: start + .seconds(1))
        for second in [1, 2, 300, 599] { #expect(try rotation.rotated(once, at: start + .seconds(second)) == once) }
        let next = try rotation.rotated(once, at: start + .seconds(600))
        // The new standby was made with the first rotation.
        let begins = start + .seconds(601)
        #expect(states(next, at: start + .seconds(600)) == [.retired(until: once[0].retiresAt!), .signs, .willSign(from: begins), .standsBy])
        #expect(next[1].retiresAt == begins + KeyRotation.retirementTime)
    }

    @Test func aRevokedKeyIsGoneAndTheNextOneSignsAtOnce() throws {
        let keys = try rotation.first(at: start)
        let now = start + .seconds(5)
        let rest = try rotation.revoked(keys[0].id, of: keys, at: now)
        #expect(rest.map(\.id).first == keys[1].id && rest.count == 2)
        #expect(states(rest, at: now) == [.signs, .standsBy])
    }

    @Test func whenTheKeyThatSignsIsRevokedDuringARotationTheChosenOneBeginsAtOnce() throws {
        let keys = try rotation.rotated(try rotation.first(at: start), at: start)
        let rest = try rotation.revoked(keys[0].id, of: keys, at: start)
        #expect(rest.map(\.id) == [keys[1].id, keys[2].id])
        #expect(states(rest, at: start) == [.signs, .standsBy])
    }

    @Test func whenTheChosenKeyIsRevokedTheOneThatSignsGoesOn() throws {
        let keys = try rotation.rotated(try rotation.first(at: start), at: start)
        let rest = try rotation.revoked(keys[1].id, of: keys, at: start + .seconds(1))
        #expect(rest.map(\.id) == [keys[0].id, keys[2].id])
        let later = start + .seconds(100_000)
        #expect(states(rest, at: later) == [.signs, .standsBy])
        #expect(rotation.swept(rest, at: later) == rest)
    }

    @Test func whenTheStandbyIsRevokedAnotherOneStandsBy() throws {
        let keys = try rotation.first(at: start)
        let rest = try rotation.revoked(keys[1].id, of: keys, at: start + .seconds(1))
        #expect(states(rest, at: start + .seconds(1)) == [.signs, .standsBy])
        #expect(rest[1].id != keys[1].id && rest[1].createdAt == start + .seconds(1))
    }

    @Test func aRetiredKeyDoesNotSignAgainWhenItsSuccessorIsRevoked() throws {
        let now = start + .seconds(1000)
        let keys = try rotation.rotated(try rotation.first(at: start), at: now)
        let later = now + .seconds(1)
        for without in [keys, keys.filter { $0.signsFrom != nil }] {
            let rest = try rotation.revoked(keys[1].id, of: without, at: later)
            #expect(rest[0] == keys[0])
            #expect(states(rest, at: later).dropFirst() == [.signs, .standsBy])
            #expect(states(rest, at: later)[0] == .retired(until: now + KeyRotation.retirementTime))
        }
        // And it can be revoked itself.
        #expect(try rotation.revoked(keys[0].id, of: keys, at: later) == Array(keys.dropFirst()))
    }

    @Test func theLastKeyCanBeRevokedAndAnUnknownOneCannot() throws {
        let keys = try rotation.first(at: start).filter { $0.signsFrom != nil }
        #expect(states(try rotation.revoked(keys[0].id, of: keys, at: start), at: start) == [.signs, .standsBy])
        let error = #expect(throws: ShippyError.self) { try rotation.revoked("x", of: keys, at: start) }
        #expect(error?.code == .notFound)
    }

    @Test func aRotationIsDueWhenAKeyHasSignedForLongEnough() throws {
        let keys = try rotation.first(at: start)
        #expect(!KeyRotation.isDue(keys, every: .seconds(1000), at: start + .milliseconds(999_999)))
        #expect(KeyRotation.isDue(keys, every: .seconds(1000), at: start + .seconds(1000)))
        #expect(!KeyRotation.isDue(try rotation.rotated(keys, at: start), every: .seconds(60), at: start + .seconds(599)))
        #expect(!KeyRotation.isDue([], every: .seconds(60), at: start))
    }

    /// Each reads, decides, and puts its keys in the store if nobody else has.
    @Test func twoProcessesThatRotateAtOnceRotateOnce() throws {
        var stored = StoredSigningKeys(revision: 1, keys: try rotation.first(at: start))
        let (one, other) = (stored, stored)
        func replace(_ keys: [StoredSigningKey], ifRevision revision: Int64) -> Bool {
            guard revision == stored.revision else { return false }
            stored = StoredSigningKeys(revision: revision + 1, keys: keys)
            return true
        }
        #expect(replace(try rotation.rotated(one.keys, at: start), ifRevision: one.revision))
        #expect(!replace(try rotation.rotated(other.keys, at: start), ifRevision: other.revision))
        #expect(try rotation.rotated(stored.keys, at: start) == stored.keys)
    }

    /// Another program reads the public keys every 300 s, and never in between. Each token is verified when it is new and when it is old.
    @Test func overThreeRotationsNoTokenIsRefusedByAVerifierThatCachesTheKeys() throws {
        var fixture = try Fixture()
        var known: [String: P256.Signing.PublicKey] = [:]
        var random = SeededGenerator(seed: 3)
        var old: [Int: [String]] = [:]
        var signers: Set<String> = []
        for second in 0..<10_000 {
            let now = Fixture.start + .seconds(second)
            let swept = fixture.rotation.swept(fixture.stored.keys, at: now)
            if [10, 3000, 6543].contains(second) || swept != fixture.stored.keys {
                try fixture.replaceKeys([10, 3000, 6543].contains(second) ? fixture.rotation.rotated(swept, at: now) : swept, at: now)
            }
            if second % 300 == 0 { known = try publicKeys(fixture.keys.jwks) }
            let token = try fixture.issue(at: now)
            signers.insert(token.token.keyID)
            old[second + Int.random(in: 0..<899, using: &random), default: []].append(token.text)
            try verify(token.text, known, at: second)
            // A tenth of them, because all would take a while in a debug build.
            for text in old.removeValue(forKey: second) ?? [] {
                try verify(text, known, at: second)
                if second % 10 == 0 { #expect(fixture.refusal(of: text, at: now) == nil) }
            }
        }
        #expect(signers.count == 4)
        #expect(fixture.stored.keys.count == 2)
    }

    private func publicKeys(_ jwks: [UInt8]) throws -> [String: P256.Signing.PublicKey] {
        let document = try #require(try JSONSerialization.jsonObject(with: Data(jwks)) as? [String: [[String: String]]])
        let keys = try #require(document["keys"])
        return Dictionary(
            uniqueKeysWithValues: try keys.map { key in
                #expect(key.keys.sorted() == ["alg", "crv", "kid", "kty", "use", "x", "y"])
                let coordinates = try ["x", "y"].map { name in
                    let text = try #require(key[name])
                    return try #require(Base64URL.bytes(text.utf8))
                }
                return (try #require(key["kid"]), try P256.Signing.PublicKey(rawRepresentation: coordinates[0] + coordinates[1]))
            })
    }

    private func verify(_ text: String, _ known: [String: P256.Signing.PublicKey], at second: Int) throws {
        let parts = text.split(separator: ".")
        let header = try StrictJSON.object(try #require(Base64URL.bytes(parts[0].utf8)))
        let key = try #require(known[header.string("kid")!], "the key of second \(second) is not known")
        let signature = try #require(Base64URL.bytes(parts[2].utf8))
        #expect(ES256.isValid(signature, of: Array("\(parts[0]).\(parts[1])".utf8), by: key))
    }
}
