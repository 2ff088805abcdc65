import ShippyCore

/// The claim `User`, which the tutorials' services read.
enum TokenUser {
    /// Longer names are cut, so that a token with the most escapes still fits into a header.
    static let byteLimit = 256

    static func write(_ user: User, to json: inout JSONWriter) {
        json.field("User") {
            $0.field("id", user.id)
            $0.field("name", cut(user.name))
            $0.field("company", cut(user.company))
            $0.field("email", user.email.description)
        }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > byteLimit else { return text }
        var end = text.utf8.index(text.startIndex, offsetBy: byteLimit)
        while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
        return String(text[..<end])
    }
}
