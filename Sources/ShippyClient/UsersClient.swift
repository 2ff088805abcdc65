import GRPCCore
package import ShippyCore
import ShippyRPC
package import ShippyRegistry
import SwiftProtobuf

/// The users service over gRPC: on whichever instance of it lives.
package final class UsersClient: UsersAPI {
    private let balancer: Balancer
    private let connections: Connections

    package init(balancer: Balancer, connections: Connections) {
        self.balancer = balancer
        self.connections = connections
    }

    /// A request without an idempotency key gets one, so that it is safe to send again when an answer is lost.
    package func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        let message = Shippy_V1_CreateRequest.with {
            $0.users = requests.map { request in
                var request = request
                if request.onConflict == .refuse, request.idempotencyKey == nil { request.idempotencyKey = UUIDv7.next() }
                return Shippy_V1_NewUser(request)
            }
        }
        // bcrypt may keep a full batch waiting for a while.
        let reply = try await call(timeout: .seconds(60)) { try await $0.create(message, options: $1) }
        return reply.outcomes.map(\.result)
    }

    package func user(_ idOrEmail: String) async throws -> User {
        try await call { try await $0.get(.with { $0.idOrEmail = idOrEmail }, options: $1) }.user
    }

    package func users(after cursor: String?, limit: Int) async throws -> [User] {
        let request = Shippy_V1_ListRequest.with {
            $0.after = cursor ?? ""
            $0.limit = Int32(clamping: limit)
        }
        return try await call { try await $0.list(request, options: $1) }.users.map(\.user)
    }

    package func delete(_ idOrEmail: String) async throws -> User {
        try await call { try await $0.delete(.with { $0.idOrEmail = idOrEmail }, options: $1) }.user
    }

    private func call<Reply: Sendable>(
        timeout: Duration = .seconds(10),
        _ body: (Shippy_V1_Users.Client<Connections.Transport>, CallOptions) async throws -> Reply
    ) async throws -> Reply {
        var options = CallOptions.defaults
        options.timeout = timeout
        return try await balancer.call(isSafeToRepeat: true) { instance in
            do {
                return try await body(Shippy_V1_Users.Client(wrapping: connections.client(for: instance.address)), options)
            } catch let error as RPCError {
                throw ShippyError(error, service: "users", address: instance.address)
            }
        }
    }
}
