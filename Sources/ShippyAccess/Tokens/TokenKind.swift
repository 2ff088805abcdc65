/// Which kind of token a text claims to be.
package enum TokenKind: Hashable, Sendable {
    /// ``AccessTokenVerifier`` verifies it.
    case access
    /// A JWT of HS256. Only ``SharedSecretTokens`` accepts it, if there are any.
    case sharedSecret
    /// ``APITokenText``
    case api
    /// ``OwnerToken``
    case owner
    /// ``RefreshToken``: never a caller's credential.
    case refresh
    /// ``MailLink``: never a caller's credential.
    case link

    package init(of text: String) {
        self =
            if text.hasPrefix(APITokenText.prefix) {
                .api
            } else if text.hasPrefix(OwnerToken.prefix) {
                .owner
            } else if text.hasPrefix(RefreshToken.prefix) {
                .refresh
            } else if text.hasPrefix(MailLink.prefix) {
                .link
            } else if text.hasPrefix(SharedSecretTokens.header + ".") {
                .sharedSecret
            } else {
                .access
            }
    }

    /// The token in the value of an `Authorization` header or of gRPC metadata: behind `Bearer`, in any case, or the whole value, as the
    /// tutorials send it. Nil for another scheme.
    package static func token(in value: String) -> String? {
        var value = value
        // By bytes: finding the characters of a token takes ten times as long as verifying one that has been seen before.
        return value.withUTF8 { bytes in
            let blank = UInt8(ascii: " ")
            guard let begin = bytes.firstIndex(where: { $0 != blank }), let end = bytes.lastIndex(where: { $0 != blank }) else { return nil }
            let words = bytes[begin...end]
            let first = words.prefix { $0 != blank }
            let second = words[first.endIndex...].drop { $0 == blank }
            guard isBearer(first) else { return second.isEmpty ? String(decoding: first, as: UTF8.self) : nil }
            return second.isEmpty || second.contains(blank) ? nil : String(decoding: second, as: UTF8.self)
        }
    }

    private static func isBearer(_ scheme: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        scheme.count == 6 && String(decoding: scheme, as: UTF8.self).lowercased() == "bearer"
    }
}
