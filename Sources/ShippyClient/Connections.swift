import GRPCCore
import GRPCProtobuf
package import ShippyCore
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf
import Synchronization

/// Connections to instances of the services.
package final class Connections: Sendable {
    private static let patience = Duration.seconds(2)
    private static let freshness = Duration.seconds(2)

    private let pool = ClientPool()
    /// When each address last answered ``reach(_:)``.
    private let answered = Mutex<[String: ContinuousClock.Instant]>([:])

    package init() {}

    func client(for instance: Instance) throws -> GRPCClient<ClientPool.Transport> {
        try pool.client(for: HostPort(instance.address))
    }

    /// Checks that an instance answers at all. One that answered in the last 2 s is not called again.
    ///
    /// Calls a method that does not exist, because the process answers that without its store, and however many passwords wait to
    /// be hashed.
    /// - Throws: ``ShippyError`` `.unavailable` if no answer comes within 2 s.
    package func reach(_ instance: Instance) async throws {
        let isKnown = answered.withLock { $0[instance.address].map { $0.duration(to: .now) < Self.freshness } ?? false }
        if isKnown { return }
        var options = CallOptions.defaults
        options.timeout = Self.patience
        do {
            _ = try await client(for: instance).unary(
                request: ClientRequest(message: Google_Protobuf_Empty()),
                descriptor: MethodDescriptor(fullyQualifiedService: "shippy.v1.Reach", method: "Reach"),
                serializer: ProtobufSerializer<Google_Protobuf_Empty>(), deserializer: ProtobufDeserializer<Google_Protobuf_Empty>(), options: options
            ) { try $0.message }
        } catch let error as RPCError where error.code == .unavailable || error.code == .deadlineExceeded || error.code == .cancelled {
            throw ShippyError(.unavailable, "\(instance.service) at \(instance.address): no answer within \(Int(Self.patience.seconds)) s")
        } catch is RPCError {
            // Any other error is an answer too.
        }
        answered.withLock { $0[instance.address] = .now }
    }

    /// Whether any of these instances answers at all within 2 s.
    package func reachesAny(of instances: [Instance]) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            for instance in instances { group.addTask { (try? await self.reach(instance)) != nil } }
            let isReached = await group.contains(true)
            group.cancelAll()
            return isReached
        }
    }

    package func close() async { await pool.close() }
}
