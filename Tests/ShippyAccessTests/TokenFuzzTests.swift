import ShippyCore
import Testing

@testable import ShippyAccess

struct TokenFuzzTests {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n%\0é".utf8)

    /// Of eight parts of 100,000 in all, so that they run on all processors.
    @Test(arguments: 0..<8 as Range<UInt64>)
    func of100000MutatedTokensNoneIsAccepted(seed: UInt64) throws {
        let fixture = try Fixture()
        let valid = try (0..<8).map { _ in try fixture.issue().text }
        // Now the cache knows them.
        for text in valid { #expect(fixture.refusal(of: text) == nil) }
        let originals = Set(valid)
        var random = SeededGenerator(seed: seed)
        var refusals: [TokenRefusal: Int] = [:]
        for number in 0..<12_500 {
            var bytes = Array(valid[number % valid.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, Array(valid.randomElement(using: &random)!.utf8), &random) }
            // Headers are text in UTF-8 when they come here.
            let text = String(decoding: bytes, as: UTF8.self)
            guard !originals.contains(text) else { continue }
            let refusal = fixture.refusal(of: text)
            #expect(refusal != nil, "seed \(seed), number \(number): \(text)")
            if let refusal { refusals[refusal, default: 0] += 1 }
        }
        // It gets as far as the signature, and to the other form of one.
        #expect(refusals[.signature, default: 0] > 100 && refusals[.highSignature, default: 0] > 10, "\(refusals)")
        for text in valid { #expect(fixture.refusal(of: text) == nil) }
    }

    private func mutate(_ bytes: inout [UInt8], _ other: [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = Self.alphabet.randomElement(using: &random)!
        case 2: bytes.insert(Self.alphabet.randomElement(using: &random)!, at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeSubrange(Bool.random(using: &random) ? 0..<place : place..<bytes.count)
        case 5: bytes = Array(bytes[..<place] + other[min(other.count, place)...])
        case 6: swapParts(&bytes, with: other, &random)
        case 7: changeLastBits(&bytes, &random)
        case 8: changeDecoded(&bytes, &random)
        default: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
        }
    }

    private func swapParts(_ bytes: inout [UInt8], with other: [UInt8], _ random: inout SeededGenerator) {
        var parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let others = other.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let index = parts.indices.randomElement(using: &random), index < others.count else { return }
        parts[index] = others[index]
        bytes = Array(parts.joined(separator: [UInt8(ascii: ".")]))
    }

    /// The bits of a part's last character that encode nothing.
    private func changeLastBits(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let ends = bytes.indices.filter { $0 + 1 == bytes.count || bytes[$0 + 1] == UInt8(ascii: ".") }
        guard let end = ends.randomElement(using: &random) else { return }
        let letters = Self.alphabet.prefix(64)
        guard let value = letters.firstIndex(of: bytes[end]) else { return }
        bytes[end] = letters[value ^ Int.random(in: 1..<16, using: &random)]
    }

    /// A byte or the whole of what a part encodes, encoded properly again.
    private func changeDecoded(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        var parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
        guard let index = parts.indices.randomElement(using: &random), var decoded = Base64URL.bytes(parts[index]), !decoded.isEmpty else { return }
        if index == 2, decoded.count == 64, Bool.random(using: &random) {
            decoded = ES256.otherForm(of: decoded)
        } else {
            decoded[Int.random(in: 0..<decoded.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        parts[index] = Array(Base64URL.text(decoded).utf8)
        bytes = Array(parts.joined(separator: [UInt8(ascii: ".")]))
    }
}
