import GRPCCore
import GRPCNIOTransportHTTP2Posix
import ShippyCore
import ShippyRPCClient
import SwiftProtobuf
import Synchronization

/// Calls an etcd cluster. All calls go to one member until it fails, and then to the next.
final class EtcdClient: Sendable {
    private struct State {
        /// The index of the current member among the endpoints.
        var current = 0
        var token: String?
    }

    static let callLimit = Duration.seconds(3)
    private static let messageLimit = 256 << 20

    private let options: EtcdOptions
    private let pool: ClientPool
    private let state = Mutex(State())

    init(_ options: EtcdOptions) {
        self.options = options
        pool = ClientPool(security: Self.security(options), configuration: Self.configuration)
    }

    /// The addresses of the cluster, for messages.
    var servers: String { options.endpoints.map(\.description).joined(separator: ",") }

    /// Calls the current member, and then the others in turn until one answers.
    ///
    /// - Parameter limit: the longest that one call may take; nil for no limit.
    /// - Throws: ``ShippyError``: `.unavailable` when no member answers, `.denied` when etcd refuses the login or the request.
    func call<Value: Sendable>(
        limit: Duration? = callLimit, _ body: @Sendable (GRPCClient<ClientPool.Transport>, Metadata, CallOptions) async throws -> Value
    ) async throws -> Value {
        var last: RPCError?
        var hasLoggedIn = false
        var attempts = 0
        while attempts < options.endpoints.count {
            let place = state.withLock { $0.current }
            var callOptions = CallOptions.defaults
            callOptions.timeout = limit
            // A hundred thousand instances take about fifty megabytes. The transport uses the first of these two limits for both.
            callOptions.maxRequestMessageBytes = Self.messageLimit
            callOptions.maxResponseMessageBytes = Self.messageLimit
            do {
                let client = try pool.client(for: options.endpoints[place])
                return try await body(client, try await metadata(client), callOptions)
            } catch let error as RPCError where error.isLoginExpired && options.user != nil && !hasLoggedIn {
                hasLoggedIn = true
                state.withLock { $0.token = nil }
            } catch let error as RPCError where error.isOfMember {
                attempts += 1
                last = error
                state.withLock { state in
                    // Another call may have moved on already.
                    if state.current == place { state.current = (place + 1) % options.endpoints.count }
                }
            } catch let error as RPCError {
                throw shippyError(error)
            }
        }
        throw shippyError(last ?? RPCError(code: .unavailable, message: "no endpoint"))
    }

    /// Calls every member once, in the order of the endpoints.
    func askEach<Value: Sendable>(
        _ body: @Sendable (GRPCClient<ClientPool.Transport>, Metadata, CallOptions) async throws -> Value
    ) async -> [(member: HostPort, answer: Result<Value, ShippyError>)] {
        var answers: [(HostPort, Result<Value, ShippyError>)] = []
        for endpoint in options.endpoints {
            var callOptions = CallOptions.defaults
            callOptions.timeout = Self.callLimit
            do {
                let client = try pool.client(for: endpoint)
                answers.append((endpoint, .success(try await body(client, try await metadata(client), callOptions))))
            } catch let error as RPCError {
                answers.append((endpoint, .failure(ShippyError(.unavailable, error.reason.visiblyEscaped(limit: 200)))))
            } catch {
                answers.append((endpoint, .failure(.wrapping(error, as: .unavailable))))
            }
        }
        return answers
    }

    private func shippyError(_ error: RPCError) -> ShippyError {
        switch error.code {
        case .permissionDenied, .unauthenticated, .invalidArgument:
            ShippyError(.denied, "etcd at \(servers) refused the request: \(error.reason.visiblyEscaped(limit: 200))")
        case .resourceExhausted:
            ShippyError(
                .unavailable,
                "etcd at \(servers) cannot write: \(error.reason.visiblyEscaped(limit: 200)); if it is out of space, compact and defragment it and disarm the alarm",
                retryAfter: .seconds(5))
        default:
            ShippyError(.unavailable, "cannot reach etcd at \(servers): \(error.reason.visiblyEscaped(limit: 200))", retryAfter: .seconds(2))
        }
    }

    private func metadata(_ client: GRPCClient<ClientPool.Transport>) async throws -> Metadata {
        guard let user = options.user else { return [:] }
        if let token = state.withLock({ $0.token }) { return ["token": "\(token)"] }
        var callOptions = CallOptions.defaults
        callOptions.timeout = Self.callLimit
        let request = Etcdserverpb_AuthenticateRequest.with {
            $0.name = user
            $0.password = options.password ?? ""
        }
        let token: String
        do {
            token = try await Etcdserverpb_Auth.Client(wrapping: client).authenticate(request, options: callOptions).token
        } catch let error as RPCError where error.message.contains("authentication is not enabled") {
            // Everyone may do everything there.
            return [:]
        }
        state.withLock { $0.token = token }
        return ["token": "\(token)"]
    }

    private static func security(_ options: EtcdOptions) -> ClientPool.Transport.TransportSecurity {
        guard options.isEncrypted else { return .plaintext }
        return .tls { tls in
            if let file = options.caFile { tls.trustRoots = .certificates([.file(path: file, format: .pem)]) }
            if let certificate = options.certificateFile, let key = options.keyFile {
                tls.certificateChain = [.file(path: certificate, format: .pem)]
                tls.privateKey = .file(path: key, format: .pem)
            }
        }
    }

    private static let configuration = ClientPool.Transport.Config.defaults { config in
        // Gives up the connection to a hanging member.
        config.connection.keepalive = .init(time: .seconds(10), timeout: .seconds(5), allowWithoutCalls: false)
        // Finds a member soon after it is back, however long it was away.
        config.backoff = .init(initial: .milliseconds(200), max: .seconds(2), multiplier: 1.6, jitter: 0.2)
    }

    func close() async { await pool.close() }
}

extension RPCError {
    /// Whether another member may succeed.
    fileprivate var isOfMember: Bool { [.unavailable, .deadlineExceeded, .unknown, .internalError].contains(code) }

    /// Whether the login token has expired: etcd's tokens last some minutes.
    fileprivate var isLoginExpired: Bool { code == .unauthenticated || message.contains("invalid auth token") }
}
