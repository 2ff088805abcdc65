package import GRPCCore
package import GRPCNIOTransportHTTP2Posix
import GRPCProtobuf
package import ShippyCore
import SwiftProtobuf
import Synchronization

/// gRPC clients by address, each with one connection that is kept.
package final class Connections: Sendable {
    package typealias Transport = HTTP2ClientTransport.Posix

    private struct State {
        var clients: [String: (client: GRPCClient<Transport>, task: Task<Void, Never>)] = [:]
        /// When each address last answered ``reach(_:)``.
        var answered: [String: ContinuousClock.Instant] = [:]
    }

    private static let patience = Duration.seconds(2)
    private static let freshness = Duration.seconds(2)

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

    /// Finds out whether an instance answers at all.
    ///
    /// It is asked for a method that it does not have: any answer comes from the process itself, without its store and
    /// however many passwords wait to be hashed. An instance that answered a moment ago is not asked again.
    /// - Throws: ``ShippyError`` `.unavailable` when no answer comes within 2 s.
    package func reach(_ instance: Instance) async throws {
        let isKnown = state.withLock { $0.answered[instance.address].map { $0.duration(to: .now) < Self.freshness } ?? false }
        if isKnown { return }
        var options = CallOptions.defaults
        options.timeout = Self.patience
        do {
            _ = try await client(for: instance.address).unary(
                request: ClientRequest(message: Google_Protobuf_Empty()),
                descriptor: MethodDescriptor(fullyQualifiedService: "shippy.v1.Reach", method: "Reach"),
                serializer: ProtobufSerializer<Google_Protobuf_Empty>(), deserializer: ProtobufDeserializer<Google_Protobuf_Empty>(), options: options
            ) { try $0.message }
        } catch let error as RPCError where error.code == .unavailable || error.code == .deadlineExceeded || error.code == .cancelled {
            throw ShippyError(.unavailable, "\(instance.service) at \(instance.address): no answer within \(Int(Self.patience.seconds)) s")
        } catch is RPCError {
            // It answers, and that is all there is to know.
        }
        state.withLock { $0.answered[instance.address] = .now }
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
