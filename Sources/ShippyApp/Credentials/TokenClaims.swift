import Foundation
import ShippyAccess
import ShippyCore

/// What an access token says of itself, unverified: to show it to its holder, and for nothing else.
struct TokenClaims: Hashable, Sendable {
    var subject: String?
    var session: String?
    var email: String?
    var role: String?
    var expiresAt: Timestamp?

    /// - Returns: nil for a token of another form.
    init?(_ token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let payload = Base64URL.bytes(parts[1].utf8),
            let claims = (try? JSONSerialization.jsonObject(with: Data(payload))) as? [String: Any]
        else { return nil }
        subject = claims["sub"] as? String
        session = claims["sid"] as? String
        email = (claims["User"] as? [String: Any])?["email"] as? String
        role = (claims["roles"] as? [String])?.first
        expiresAt = (claims["exp"] as? NSNumber).map { Timestamp(Date(timeIntervalSince1970: $0.doubleValue)) }
    }
}
