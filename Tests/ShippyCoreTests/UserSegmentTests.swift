import Testing

@testable import ShippyCore

@Suite struct UserSegmentTests {
    private let users = (0..<1000).map { number in
        User(
            id: "\(number)", name: number == 700 ? "Zebulon Quartermaine" : "Person \(number)", company: "Analytical",
            email: EmailAddress(trusted: "u\(number)@example.com"), createdAt: Timestamp(milliseconds: 0))
    }

    /// The users who have all bits of a word.
    private func candidates(_ word: String, _ segment: UserSegment) -> [Int] {
        let bits = UserGrams.bits(ofWord: FoldedText.bytes(of: word))
        return users.indices.filter { place in bits.allSatisfy { segment.maps[$0][place / 8] & 1 << UInt8(place % 8) != 0 } }
    }

    @Test func aWordExcludesNearlyEverybodyWithoutIt() {
        let segment = UserSegment(users)
        for word in ["quartermaine", "zeb", "zqx", "zq", "z", "~"] {
            let found = candidates(word, segment).filter { $0 != 700 }
            #expect(found.count < 20, "\(word)")
        }
        #expect(candidates("QUARTER", segment).contains(700) && candidates("zeb", segment).contains(700))
        for word in ["person", "u", "@exam", "tical"] { #expect(candidates(word, segment).count >= 990, "\(word)") }
    }

    /// Another rule would need a new index: the old one would exclude users who match.
    @Test func thePiecesHaveTheBitsThatAreStored() {
        #expect(UserGrams.bits(ofWord: Array("+".utf8)) == [2091])
        #expect(UserGrams.bits(ofWord: Array("abc".utf8)) == [167, 280, 355, 761, 1333, 1358, 1439, 1508, 1529, 1660, 1788, 1965, 2145, 2146, 2147])
        let long = UserGrams.bits(ofWord: Array("lovelace".utf8))
        #expect(long == [38, 168, 257, 262, 285, 401, 1228, 1316, 1389, 1490, 1849, 1999])
    }

    @Test func theIDsComeInBlocks() {
        let segment = UserSegment(users)
        #expect(segment.blocks.count == 32)
        #expect(segment.blocks.flatMap { $0.split(separator: "\n").map(String.init) } == users.map(\.id))
    }
}
