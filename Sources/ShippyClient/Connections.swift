package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
import ShippyCore
import Synchronization

/// gRPC clients by address, each with one connection that is kept.
package final class Connections: Sendable {
    package typealias Transport = HTTP2ClientTransport.Posix

    private struct State {
        var clients: [String: (client: GRPCClient<Transport>, task: Task<Void, Never>)] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package func client(for address: String) throws -> GRPCClient<Transport> {
        let target = try HostPort(address)
        return try state.withLock { state in
            if let known = state.clients[address] { return known.client }
            let client = GRPCClient(
                transport: try HTTP2ClientTransport.Posix(
                    target: .dns(host: target.host, port: target.port), transportSecurity: .plaintext))
            let task = Task {
                do {
                    try await client.runConnections()
                } catch {
                    // The calls over this connection fail, too, and that is where it is dealt with.
                }
            }
            state.clients[address] = (client, task)
            return client
        }
    }

    package func close() async {
        let clients = state.withLock { state in
            defer { state.clients = [:] }
            return state.clients.values.map { $0 }
        }
        for (client, task) in clients {
            client.beginGracefulShutdown()
            task.cancel()
            await task.value
        }
    }
}
