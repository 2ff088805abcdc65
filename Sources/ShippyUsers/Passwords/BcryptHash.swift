import ShippyCore

/// A stored bcrypt hash: `$2b$12$`, 22 characters of salt and 31 of the hash proper. Other programs write `$2a$` and `$2y$`.
struct BcryptHash {
    let text: String
    let cost: Int

    /// Nil for anything else, for `$2x$` (a faulty implementation's), and for a cost outside ``Bcrypt/costs``.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, bytes.starts(with: "$2".utf8), "aby".utf8.contains(bytes[2]), bytes[3] == UInt8(ascii: "$"),
            bytes[6] == UInt8(ascii: "$"), bytes[7...].allSatisfy({ $0.isASCIIAlphanumeric || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }),
            bytes[4...5].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let cost = Int(bytes[4] - UInt8(ascii: "0")) * 10 + Int(bytes[5] - UInt8(ascii: "0"))
        guard Bcrypt.costs.contains(cost) else { return nil }
        self.text = text
        self.cost = cost
    }

    var isCurrentVariant: Bool { text.hasPrefix("$2b$") }

    /// Whether `computed`, made with this hash's parameters and salt, is the same hash. Takes the same time wherever they differ.
    func matches(_ computed: String) -> Bool {
        // Not the salt: its last character has four spare bits, which some programs set.
        let (own, other) = (Array(text.utf8), Array(computed.utf8))
        guard other.count == own.count else { return false }
        return zip(own[29...], other[29...]).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
