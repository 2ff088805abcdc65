package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
import NIOCore
package import ShippyCore
import ShippyTLS
import Synchronization

/// gRPC clients by address and safeguard, each with one persistent connection.
package final class ClientPool: Sendable {
    package typealias Transport = HTTP2ClientTransport.Posix

    /// Connections that are secured differently are different ones.
    private struct Endpoint: Hashable {
        enum Protection { case none, encryption, localUsers }

        var address: HostPort
        var protection: Protection

        init(_ address: HostPort, _ safeguard: Safeguard) {
            self.address = address
            protection =
                switch safeguard {
                case .none: .none
                case .encryption: .encryption
                case .localUsers: .localUsers
                }
        }
    }

    private struct State {
        var clients: [Endpoint: (client: GRPCClient<Transport>, task: Task<Void, Never>)] = [:]
        var isClosed = false
    }

    /// What became of the connections to an address that have a safeguard.
    package struct Attempts: Sendable {
        /// Why the last one was not made, or was refused: a clause about the other side. Nil if it was made, or is being made.
        package fileprivate(set) var failure: ShippyError?
        /// Whether there was one: then calls may have been carried out over it.
        package fileprivate(set) var wasMade = false
    }

    private let security: Transport.TransportSecurity
    private let configuration: Transport.Config
    private let state = Mutex(State())
    private let attempts = Mutex<[Endpoint: Attempts]>([:])

    package init(security: Transport.TransportSecurity = .plaintext, configuration: Transport.Config = .defaults) {
        self.security = security
        self.configuration = configuration
    }

    /// The client for an address. It is created on first use, and connects in the background.
    ///
    /// - Parameter safeguard: what the connection must fulfil, besides the pool's own security. In one pool, it is the same for all
    ///   addresses that have one of its kind.
    /// - Throws: `RPCError` `.unavailable` once the pool is closed.
    package func client(for address: HostPort, _ safeguard: Safeguard = .none) throws -> GRPCClient<Transport> {
        let endpoint = Endpoint(address, safeguard)
        return try state.withLock { state in
            if let known = state.clients[endpoint] { return known.client }
            guard !state.isClosed else { throw RPCError(code: .unavailable, message: "the connections are closed") }
            let client = GRPCClient(transport: try transport(to: endpoint, safeguard))
            let task = Task {
                do {
                    try await client.runConnections()
                } catch {
                    // Calls over this connection fail too, and their callers handle the error.
                }
            }
            state.clients[endpoint] = (client, task)
            return client
        }
    }

    private func transport(to endpoint: Endpoint, _ safeguard: Safeguard) throws -> Transport {
        let address = endpoint.address
        var (security, configuration) = (security, configuration)
        let note: @Sendable (ShippyError?) -> Void = { [weak self] in self?.note($0, of: endpoint) }
        switch safeguard {
        case .none: break
        case .encryption(let tls):
            // With a context of grpc-swift's own, renewed files would not be read, and the reason for a refusal would be lost.
            security = .customSecure
            configuration.channelDebuggingCallbacks.onCreateTCPConnection = { [weak self] channel in
                self?.begin(endpoint)
                return tls.secure(channel, for: .grpc, host: address.host) { note($0.map { ShippyError(.unavailable, $0) }) }
            }
        case .localUsers(let users):
            configuration.channelDebuggingCallbacks.onCreateTCPConnection = { [weak self] channel in
                self?.begin(endpoint)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(LocalPeerCheck(trusted: users, onOutcome: note), position: .first)
                }
            }
        }
        return try Transport(target: .dns(host: address.host, port: address.port), transportSecurity: security, config: configuration)
    }

    private func begin(_ endpoint: Endpoint) {
        attempts.withLock { $0[endpoint, default: Attempts()].failure = nil }
    }

    /// - Parameter failure: nil if the connection was made.
    private func note(_ failure: ShippyError?, of endpoint: Endpoint) {
        attempts.withLock { attempts in
            attempts[endpoint, default: Attempts()].failure = failure
            if failure == nil { attempts[endpoint, default: Attempts()].wasMade = true }
        }
    }

    /// What became of the connections with this safeguard so far.
    package func attempts(to address: HostPort, _ safeguard: Safeguard) -> Attempts {
        attempts.withLock { $0[Endpoint(address, safeguard)] } ?? Attempts()
    }

    package func close() async {
        let clients = state.withLock { state in
            defer { state.clients = [:] }
            state.isClosed = true
            return state.clients.values.map { $0 }
        }
        for (client, task) in clients {
            client.beginGracefulShutdown()
            task.cancel()
            await task.value
        }
    }
}
