package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
package import ShippyCore
package import ShippyTLS
import Synchronization

/// gRPC clients by address, each with one persistent connection.
package final class ClientPool: Sendable {
    package typealias Transport = HTTP2ClientTransport.Posix

    private struct Endpoint: Hashable {
        var address: HostPort
        var isEncrypted: Bool
    }

    private struct State {
        var clients: [Endpoint: (client: GRPCClient<Transport>, task: Task<Void, Never>)] = [:]
        var isClosed = false
    }

    /// What became of the TLS connections to an address.
    package struct Encryption: Sendable {
        /// Why the last one was not made, or was refused; nil if it was made.
        package fileprivate(set) var failure: String?
        /// Whether there was one: then calls may have been carried out over it.
        package fileprivate(set) var wasMade = false
    }

    private let security: Transport.TransportSecurity
    private let configuration: Transport.Config
    private let state = Mutex(State())
    private let encryption = Mutex<[HostPort: Encryption]>([:])

    package init(security: Transport.TransportSecurity = .plaintext, configuration: Transport.Config = .defaults) {
        self.security = security
        self.configuration = configuration
    }

    /// The client for an address. It is created on first use, and connects in the background.
    ///
    /// - Parameter tls: encrypts the connection; nil for the pool's own security.
    /// - Throws: `RPCError` `.unavailable` once the pool is closed.
    package func client(for address: HostPort, tls: ClientTLS? = nil) throws -> GRPCClient<Transport> {
        let endpoint = Endpoint(address: address, isEncrypted: tls != nil)
        return try state.withLock { state in
            if let known = state.clients[endpoint] { return known.client }
            guard !state.isClosed else { throw RPCError(code: .unavailable, message: "the connections are closed") }
            let client = GRPCClient(transport: try transport(to: address, tls))
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

    private func transport(to address: HostPort, _ tls: ClientTLS?) throws -> Transport {
        var (security, configuration) = (security, configuration)
        if let tls {
            // With a context of grpc-swift's own, renewed files would not be read, and the reason for a refusal would be lost.
            security = .customSecure
            let note: @Sendable (String?) -> Void = { [weak self] in self?.note($0, of: address) }
            configuration.channelDebuggingCallbacks.onCreateTCPConnection = { channel in
                tls.secure(channel, for: .grpc, host: address.host, onOutcome: note)
            }
        }
        return try Transport(target: .dns(host: address.host, port: address.port), transportSecurity: security, config: configuration)
    }

    /// - Parameter failure: nil if the connection was made.
    private func note(_ failure: String?, of address: HostPort) {
        encryption.withLock { encryption in
            encryption[address, default: Encryption()].failure = failure
            if failure == nil { encryption[address, default: Encryption()].wasMade = true }
        }
    }

    /// What became of the TLS connections to an address so far.
    package func encryption(to address: HostPort) -> Encryption { encryption.withLock { $0[address] } ?? Encryption() }

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
