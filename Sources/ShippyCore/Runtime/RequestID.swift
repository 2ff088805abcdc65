/// The ID of a request, which appears in its logs, event and mail.
package enum RequestID {
    /// The client's ID if it is a short token that is safe everywhere, otherwise a new one.
    package static func accept(_ candidate: String?) -> String {
        guard let candidate, (1...64).contains(candidate.utf8.count), candidate.utf8.allSatisfy(isTokenByte) else {
            return UUIDv7.next()
        }
        return candidate
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte.isASCIIAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
}
