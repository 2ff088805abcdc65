import ShippyCore

/// Finds out who makes a call, and whether they may, on every port.
package struct AccessGate: Sendable {
    package let rules: AccessRules
    private let authenticate: @Sendable (PresentedCredentials) async throws -> Caller
    private let find: @Sendable (CallTarget) async throws -> AccessRules.Target?
    private let denials: DenialLog?

    /// Answered even if the store, which knows the tokens, does not answer.
    private static let withoutStore: Set<AccessOperation> = [.readLiveness, .checkHealth, .readInterface]

    /// - Parameters:
    ///   - find: finds the user whom a call is about; nil if there is no such user.
    ///   - denials: records calls of known callers who may not make them; nil records none.
    ///   - authenticate: finds out who shows these credentials: see ``Authenticator/caller(_:)``.
    package init(
        _ rules: AccessRules, find: @escaping @Sendable (CallTarget) async throws -> AccessRules.Target?, denials: DenialLog? = nil,
        authenticate: @escaping @Sendable (PresentedCredentials) async throws -> Caller
    ) {
        self.rules = rules
        self.find = find
        self.denials = denials
        self.authenticate = authenticate
    }

    /// The caller, if they may carry out the operation.
    ///
    /// Where nothing is needed, a token that is not valid counts as none: an expired one does not keep its owner from logging in.
    /// - Parameter targets: names the users whom the operation is about. It is called only for a caller with a valid token.
    /// - Throws: `.unauthenticated`, `.forbidden`, `.unavailable` while it cannot be known, and what `targets` throws.
    package func admit(
        _ operation: AccessOperation, _ credentials: PresentedCredentials, requestID: String, on targets: () throws -> [CallTarget] = { [] }
    ) async throws -> Caller {
        var caller = try await caller(operation, credentials, requestID: requestID, on: targets)
        caller.way = credentials.way
        return caller
    }

    private func caller(
        _ operation: AccessOperation, _ credentials: PresentedCredentials, requestID: String, on targets: () throws -> [CallTarget]
    ) async throws -> Caller {
        if Self.withoutStore.contains(operation) { return .anonymous(from: credentials.address) }
        guard rules.requirement(of: operation) != .nothing else {
            if credentials.token != nil || credentials.certificate != nil, let caller = try? await authenticate(credentials) { return caller }
            return .anonymous(from: credentials.address)
        }
        let caller = try await authenticate(credentials)
        guard caller.role != nil else { throw ShippyError.missingToken }
        let targets = try targets()
        if targets.isEmpty { try await check(operation, caller, on: nil, requestID: requestID) }
        for target in targets {
            let found = try await find(target)
            // The caller has just ended their own session, and is not refused everywhere yet.
            if found == nil, case .session(let id) = target, id == caller.sessionID { throw ShippyError.invalidToken }
            try await check(operation, caller, on: found ?? .missing, requestID: requestID)
        }
        return caller
    }

    private func check(
        _ operation: AccessOperation, _ caller: Caller, on target: AccessRules.Target?, requestID: String
    ) async throws(ShippyError) {
        do {
            try rules.check(operation, by: caller, on: target)
        } catch {
            if error.code == .forbidden { await denials?.record(operation, on: target, by: caller, requestID: requestID) }
            throw error
        }
    }
}
