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

    package init(of text: String) {
        self =
            if text.hasPrefix(APITokenText.prefix) {
                .api
            } else if text.hasPrefix(OwnerToken.prefix) {
                .owner
            } else if text.hasPrefix(RefreshToken.prefix) {
                .refresh
            } else if text.hasPrefix(SharedSecretTokens.header + ".") {
                .sharedSecret
            } else {
                .access
            }
    }

    /// The token in the value of an `Authorization` header or of gRPC metadata: behind `Bearer`, in any case, or the whole value, as the
    /// tutorials send it. Nil for another scheme.
    package static func token(in value: String) -> String? {
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        switch parts.count {
        case 1: return parts[0].lowercased() == "bearer" ? nil : String(parts[0])
        case 2: return parts[0].lowercased() == "bearer" ? String(parts[1]) : nil
        default: return nil
        }
    }
}
