/// The signatures of some users that follow each other in ID order, turned by a quarter: for each bit of a signature a bit map with one
/// bit for each user. A search reads only the maps of the bits that it looks for.
package struct UserSegment: Sendable {
    /// The number of users in a segment.
    package static let size = 8192
    /// The number of IDs in one row.
    package static let blockSize = 32

    /// One map for each bit of a signature.
    package let maps: [[UInt8]]
    /// The users' IDs, in blocks.
    package let blocks: [String]

    /// - Parameter users: in ID order.
    package init(_ users: [User]) {
        let mapBytes = (users.count + 7) / 8
        var bits = [UInt8](repeating: 0, count: UserGrams.signatureBits * mapBytes)
        bits.withUnsafeMutableBufferPointer { bits in
            for (place, user) in users.enumerated() {
                let mask = UInt8(1) << UInt8(place & 7)
                for text in [user.name, user.company, user.email.description] {
                    UserGrams.forEachBit(of: FoldedText.bytes(of: text)) { bits[$0 * mapBytes + place >> 3] |= mask }
                }
            }
        }
        maps = (0..<UserGrams.signatureBits).map { Array(bits[$0 * mapBytes..<($0 + 1) * mapBytes]) }
        blocks = stride(from: 0, to: users.count, by: Self.blockSize).map { start in
            users[start..<min(start + Self.blockSize, users.count)].map(\.id).joined(separator: "\n")
        }
    }

    /// The key of a map or block of a segment.
    package static func key(_ segment: Int64, _ place: Int) -> Int64 { segment << 16 | Int64(place) }

    /// The key after those of a segment.
    package static func end(_ segment: Int64) -> Int64 { (segment + 1) << 16 }
}
