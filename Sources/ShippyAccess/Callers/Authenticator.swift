package import Logging
package import ShippyCore

/// Finds out who makes a call.
package final class Authenticator: Sendable {
    private let store: any AccessStore
    private let state: AccessState
    private let verifier: AccessTokenVerifier
    private let sharedSecret: SharedSecretTokens?
    private let tokens: KnownTokens
    private let certificateRoles: [String: AccessRole]
    private let logger: Logger

    /// - Parameters:
    ///   - sharedSecret: accepts tokens of HS256, too; nil accepts none.
    ///   - certificateRoles: the role of callers who show nothing but a certificate, by its common name or an alternative name.
    package init(
        store: any AccessStore, state: AccessState, verifier: AccessTokenVerifier, sharedSecret: SharedSecretTokens? = nil,
        certificateRoles: [String: AccessRole] = [:], logger: Logger
    ) {
        self.store = store
        self.state = state
        self.verifier = verifier
        self.sharedSecret = sharedSecret
        self.certificateRoles = certificateRoles
        self.logger = logger
        tokens = KnownTokens(store: store)
    }

    /// The caller with these credentials. A token decides, and a certificate only where there is no token.
    ///
    /// - Throws: `.unauthenticated` for a token that is not valid, without a reason; `.unavailable` while that cannot be known.
    package func caller(_ credentials: PresentedCredentials) async throws(ShippyError) -> Caller {
        let address = credentials.address
        guard let token = credentials.token else {
            return credentials.certificate.flatMap { caller($0, address) } ?? .anonymous(from: address)
        }
        do {
            return try await caller(token, address)
        } catch let refusal as TokenRefusal {
            logger.debug("token refused", metadata: [LogKey.reason: "\(refusal)", LogKey.address: "\(address)"])
            throw refusal.error
        } catch {
            throw .wrapping(error)
        }
    }

    /// The caller with this certificate; nil if none of its names has a role, or it has ended since the connection was made.
    private func caller(_ certificate: PeerCertificate, _ address: String) -> Caller? {
        guard certificate.notAfter > .now else { return nil }
        let names = [certificate.commonName].compactMap { $0 } + certificate.names
        return names.lazy.compactMap { name in
            self.certificateRoles[name].map { Caller(.certificate(name: name), role: $0, address: address) }
        }.first
    }

    private func caller(_ token: String, _ address: String) async throws -> Caller {
        let now = Timestamp.now
        // Right after the start, they have not been read yet. With another secret than the installation's, no token is accepted.
        let keys = try await state.currentKeys()
        switch TokenKind(of: token) {
        case .access:
            return try verifier.verify(token, keys: keys, revocations: state.revocations, at: now).caller(address: address)
        case .api:
            let parsed = try APITokenText(parsing: token)
            let caller = try parsed.verify(try await tokens.read(parsed.id), revocations: state.revocations, address: address, at: now)
            tokens.noteUse(of: parsed.id, at: now)
            return caller
        case .owner:
            return try OwnerToken.verify(token, state.secret, address: address, at: now)
        case .sharedSecret:
            guard let sharedSecret else { throw TokenRefusal.algorithm }
            return try await caller(sharedSecret.verify(token, at: now), address)
        case .refresh, .link:
            throw TokenRefusal.form
        }
    }

    /// Such a token says little: see ``SharedSecretTokens/verify(_:at:)``.
    private func caller(_ claims: SharedSecretTokens.Claims, _ address: String) async throws -> Caller {
        guard let account = try await store.account(id: claims.userID), !account.isDisabled else { throw TokenRefusal.revoked }
        if let session = claims.sessionID, try await store.session(id: session) == nil { throw TokenRefusal.revoked }
        return Caller(.user(id: claims.userID, session: claims.sessionID ?? ""), role: account.role, address: address)
    }

    /// Records when tokens for programs were used, until the task is cancelled, and then for a last time.
    package func recordUse() async { await tokens.recordUse(logger: logger) }
}
