package import ShippyCore

extension ShippyError {
    /// There is no token where one is needed.
    package static var missingToken: ShippyError {
        ShippyError(.unauthenticated, "this needs a token: log in, and send it as Authorization: Bearer …")
    }
}
