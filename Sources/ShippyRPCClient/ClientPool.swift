package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
package import ShippyCore
import Synchronization

/// gRPC clients by address, each with one persistent connection.
package final class ClientPool: Sendable {
    package typealias Transport = HTTP2ClientTransport.Posix

    private struct State {
        var clients: [HostPort: (client: GRPCClient<Transport>, task: Task<Void, Never>)] = [:]
        var isClosed = false
    }

    private let security: Transport.TransportSecurity
    private let configuration: Transport.Config
    private let state = Mutex(State())

    package init(security: Transport.TransportSecurity = .plaintext, configuration: Transport.Config = .defaults) {
        self.security = security
        self.configuration = configuration
    }

    /// The client for an address. It is created on first use, and connects in the background.
    /// - Throws: `RPCError` `.unavailable` once the pool is closed.
    package func client(for address: HostPort) throws -> GRPCClient<Transport> {
        try state.withLock { state in
            if let known = state.clients[address] { return known.client }
            guard !state.isClosed else { throw RPCError(code: .unavailable, message: "the connections are closed") }
            let client = GRPCClient(
                transport: try Transport(
                    target: .dns(host: address.host, port: address.port), transportSecurity: security, config: configuration))
            let task = Task {
                do {
                    try await client.runConnections()
                } catch {
                    // Calls over this connection fail too, and their callers handle the error.
                }
            }
            state.clients[address] = (client, task)
            return client
        }
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
