package import ShippyCore

/// Why a token is refused. It is for debug logs and contains nothing of the token.
///
/// A client gets ``error``, which is the same for every reason, so that it tells nothing to whoever tries tokens.
package enum TokenRefusal: String, Error, CaseIterable, Sendable, CustomStringConvertible {
    case tooLong = "longer than allowed"
    case parts = "not three parts"
    case encoding = "not base64url without padding"
    case json = "not JSON"
    case duplicateMember = "a member occurs twice"
    case header = "header members other than alg, typ and kid"
    case algorithm = "another algorithm"
    case type = "another type"
    case key = "unknown key"
    case claims = "a claim is missing or has the wrong form"
    case issuer = "another issuer"
    case audience = "another audience"
    case expired = "expired"
    case future = "not valid yet"
    case lifetime = "valid for longer than allowed"
    case highSignature = "the other form of the signature"
    case signature = "wrong signature"
    /// Of a token that is not a JWT.
    case form = "not a token of this kind"
    case unknown = "no such token"
    case revoked = "revoked"
    /// The token may be valid, but what has been revoked is not known.
    case outdated = "the revocations could not be read in time"

    package var description: String { rawValue }

    /// What the client is told: ``ShippyError/invalidToken``, or `.unavailable` for ``outdated``.
    package var error: ShippyError {
        self == .outdated ? ShippyError(.unavailable, "\(self): the store has not answered", retryAfter: .seconds(1)) : .invalidToken
    }
}
