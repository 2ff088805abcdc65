import ShippyCore

/// Finds out who makes a call, and whether they may, on every port.
package struct AccessGate: Sendable {
    package let rules: AccessRules
    private let authenticate: @Sendable (PresentedCredentials) async throws -> Caller

    /// - Parameter authenticate: finds out who shows these credentials: see ``Authenticator/caller(_:)``.
    package init(_ rules: AccessRules, authenticate: @escaping @Sendable (PresentedCredentials) async throws -> Caller) {
        self.rules = rules
        self.authenticate = authenticate
    }

    /// The caller, if they may carry out the operation.
    ///
    /// Where nothing is needed, a token that is not valid counts as none: an expired one does not keep its owner from logging in.
    /// - Parameter target: finds the user whom the operation is about, for a caller with a valid token; nil if there is no such user.
    /// - Throws: `.unauthenticated`, `.forbidden`, `.unavailable` while it cannot be known, and what `target` throws.
    package func admit(
        _ operation: AccessOperation, _ credentials: PresentedCredentials, on target: (() async throws -> AccessRules.Target?)? = nil
    ) async throws -> Caller {
        guard rules.requirement(of: operation) != .nothing else {
            if credentials.token != nil || credentials.certificate != nil, let caller = try? await authenticate(credentials) { return caller }
            return .anonymous(from: credentials.address)
        }
        let caller = try await authenticate(credentials)
        guard caller.role != nil else { throw ShippyError.missingToken }
        if let target {
            try rules.check(operation, by: caller, on: try await target() ?? .missing)
        } else {
            try rules.check(operation, by: caller)
        }
        return caller
    }
}
