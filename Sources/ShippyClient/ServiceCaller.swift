import GRPCCore
import ShippyCore
import ShippyDiscovery
import ShippyRPCClient

/// Calls the methods of one service, on any live instance, as the holder of a credential.
struct ServiceCaller: Sendable {
    /// What a call tells that others must not read.
    enum Secret {
        /// Nothing but the credential, if there is one.
        case credential
        /// A password or a token in the message, and no credential.
        case message
        /// Both.
        case credentialAndMessage
    }

    let service: String
    let balancer: Balancer
    let connections: Connections
    let credentials: CallCredentials

    /// - Parameters:
    ///   - timeout: for each instance.
    ///   - isSafeToRepeat: see ``Balancer/call(isSafeToRepeat:reach:_:)``.
    ///   - requestID: identifies the call in logs; nil lets the service choose.
    /// - Throws: ``ShippyError``; `.denied` before anything secret is sent over a connection that others could read, or to
    ///   another user's process.
    func call<Reply: Sendable>(
        timeout: Duration = .seconds(10), isSafeToRepeat: Bool = true, secret: Secret = .credential, requestID: String? = nil,
        _ body: (GRPCClient<ClientPool.Transport>, Metadata, CallOptions) async throws -> Reply
    ) async throws -> Reply {
        var options = CallOptions.defaults
        options.timeout = timeout
        func call(_ token: String?) async throws -> Reply {
            var metadata = CallCredentials.metadata(token)
            if let trace = Trace.current { metadata.addString(trace.description, forKey: HeaderName.trace) }
            if let requestID { metadata.addString(requestID, forKey: HeaderName.requestIDMetadata) }
            let isSecret = token != nil || secret != .credential
            return try await balancer.call(isSafeToRepeat: isSafeToRepeat, reach: { try await connections.reach($0) }) { instance in
                let safeguard = try connections.safeguard(for: instance, isSecret: isSecret)
                do {
                    return try await body(try connections.client(for: instance, safeguard), metadata, options)
                } catch let error as RPCError {
                    throw connections.failure(error, of: instance, safeguard)
                }
            }
        }
        let token = secret == .message ? nil : try await credentials.token()
        do {
            return try await call(token)
        } catch let error as ShippyError where error.code == .unauthenticated && token != nil {
            // The token may have been revoked with its key, while its holder's login lasts. The call itself was not carried out.
            guard let next = try await credentials.token(insteadOf: token), next != token else { throw error }
            return try await call(next)
        }
    }

    /// An answer of another version, or of something else at the service's address.
    func incomplete(_ what: String) -> ShippyError {
        ShippyError(.failed, "the \(service) service gave an incomplete answer (\(what)): check that all shippy processes have the same version")
    }
}
