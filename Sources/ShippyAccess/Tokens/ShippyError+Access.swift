package import ShippyCore

extension ShippyError {
    /// Any invalid token.
    package static var invalidToken: ShippyError {
        ShippyError(.unauthenticated, "the token is not valid: log in again")
    }

    /// There is no token where one is needed.
    package static var missingToken: ShippyError {
        ShippyError(.unauthenticated, "this needs a token: log in, and send it as Authorization: Bearer …")
    }
}
