/// The pieces of one to three bytes of a user's texts, each of which sets bits of the user's signature: a single byte one of its own, and
/// two or three together some that they share with others.
///
/// The numbers are stored: another rule needs a new index.
enum UserGrams {
    /// The number of bits for pieces of two and three bytes. A user with 130 of them sets a quarter of the bits.
    private static let sharedBits = 2048
    /// The number of bits of a signature. A word is of one byte only if that is ASCII.
    static let signatureBits = sharedBits + 128
    /// The bits that a piece sets. A single piece seems to be there for one in 400 of the users who do not have it.
    private static let bitsPerGram = 4
    /// The fewest bits that are looked at for a long word.
    private static let enoughBits = 16

    /// The bits of a text's pieces; some of them more than once.
    static func forEachBit(of text: [UInt8], _ body: (Int) -> Void) {
        var (first, second): (UInt32, UInt32) = (0, 0)
        for (index, byte) in text.enumerated() {
            let third = UInt32(byte)
            if byte < 0x80 { body(sharedBits + Int(byte)) }
            if index >= 1 { forEachBit(ofGram: second | third << 8 | 2 << 24, count: bitsPerGram, body) }
            if index >= 2 { forEachBit(ofGram: first | second << 8 | third << 16 | 3 << 24, count: bitsPerGram, body) }
            (first, second) = (second, third)
        }
    }

    /// The bits that a user with this word has.
    static func bits(ofWord word: [UInt8]) -> Set<Int> {
        var bits: Set<Int> = []
        let add = { (bit: Int) in _ = bits.insert(bit) }
        switch word.count {
        case 1: if word[0] < 0x80 { add(sharedBits + Int(word[0])) }
        case 2: forEachBit(of: word, add)
        default:
            // A word of few pieces of three needs those of two.
            if word.count <= 4 { forEachBit(of: word, add) }
            // Of every piece, because only one of them may be rare.
            let count = max(1, min(bitsPerGram, enoughBits / (word.count - 2)))
            for start in 0..<(word.count - 2) {
                let gram = UInt32(word[start]) | UInt32(word[start + 1]) << 8 | UInt32(word[start + 2]) << 16 | 3 << 24
                forEachBit(ofGram: gram, count: count, add)
            }
        }
        return bits
    }

    @inline(__always)
    private static func forEachBit(ofGram gram: UInt32, count: Int, _ body: (Int) -> Void) {
        // The last steps of SplitMix64.
        var hash = UInt64(gram) &* 0x9e37_79b9_7f4a_7c15
        hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
        hash ^= hash >> 31
        for part in 0..<count { body(Int(((hash >> (16 * UInt64(part))) & 0xffff) % UInt64(sharedBits))) }
    }
}
