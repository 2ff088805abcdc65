/// Finds tokens by their form, wherever they are in a text: see ``Secrets/hidden(in:)``.
///
/// `shr_`, `sho_`, `sht_` and `shl_` with at least 20 characters of base64url, and JWTs: `eyJ` with at least 10, a dot, and the parts after
/// it. A part that was cut off does not matter.
struct TokenScanner {
    private static let prefixLength = 4
    private static let shortestToken = 20
    private static let shortestHeader = 10

    private let text: UnsafeBufferPointer<UInt8>
    /// The end of the characters of base64url from the position that was last asked for: they are not looked at again.
    private var endOfRun = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    /// Nil if there is nothing to hide.
    mutating func hidden() -> [UInt8]? {
        var shown: [UInt8] = []
        var done = 0
        var position = 0
        while position < text.count {
            guard let end = endOfToken(at: position) else {
                position += 1
                continue
            }
            shown += text[done..<position]
            shown += "…".utf8
            (done, position) = (end, end)
        }
        return done > 0 ? shown + text[done...] : nil
    }

    private mutating func endOfToken(at position: Int) -> Int? {
        switch text[position] {
        case UInt8(ascii: "s"):
            guard position + Self.prefixLength <= text.count, text[position + 1] == UInt8(ascii: "h"), text[position + 3] == UInt8(ascii: "_"),
                "rotl".utf8.contains(text[position + 2])
            else { return nil }
            let end = runEnd(from: position)
            return end - position - Self.prefixLength >= Self.shortestToken ? end : nil
        case UInt8(ascii: "e"):
            guard position + 3 <= text.count, text[position + 1] == UInt8(ascii: "y"), text[position + 2] == UInt8(ascii: "J") else { return nil }
            var end = runEnd(from: position)
            guard end - position - 3 >= Self.shortestHeader, end < text.count, text[end] == UInt8(ascii: ".") else { return nil }
            // Claims and signature.
            for _ in 0..<2 where end < text.count && text[end] == UInt8(ascii: ".") { end = runEnd(from: end + 1) }
            return end
        default: return nil
        }
    }

    private mutating func runEnd(from position: Int) -> Int {
        if position >= endOfRun {
            endOfRun = position
            while endOfRun < text.count, Self.isBase64URL(text[endOfRun]) { endOfRun += 1 }
        }
        return max(position, endOfRun)
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
