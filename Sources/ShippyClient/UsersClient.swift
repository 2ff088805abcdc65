import GRPCCore
package import ShippyCore
package import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf

/// The users service over gRPC, on any live instance.
package final class UsersClient: UsersAPI {
    private let balancer: Balancer
    private let connections: Connections

    package init(balancer: Balancer, connections: Connections) {
        self.balancer = balancer
        self.connections = connections
    }

    /// Every request is safe to repeat if an answer is lost: one that refuses an existing user gets an idempotency key if it has
    /// none.
    ///
    /// Requests are split into messages that the server accepts. A request that does not fit in one fails with `.tooLarge`.
    package func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        var outcomes: [Result<CreatedUser, ShippyError>] = []
        var message = Shippy_V1_CreateRequest()
        var size = 0
        func send() async throws {
            guard !message.users.isEmpty else { return }
            // Leaves time to hash each password.
            let passwords = message.users.count { $0.hasPassword }
            let timeout = min(.seconds(60), .seconds(10) + .milliseconds(500) * passwords)
            let metadata: Metadata = [HeaderName.requestIDMetadata: .string(requestID)]
            let reply = try await call(timeout: timeout) { [message] in try await $0.create(message, metadata: metadata, options: $1) }
            guard reply.outcomes.count == message.users.count else {
                throw Self.incomplete("\(reply.outcomes.count) outcomes for \(message.users.count) users")
            }
            outcomes += reply.outcomes.map(\.result)
            message = Shippy_V1_CreateRequest()
            size = 0
        }
        for var request in requests {
            if request.onConflict == .refuse, request.idempotencyKey == nil { request.idempotencyKey = UUIDv7.next() }
            let user = Shippy_V1_NewUser(request)
            let bytes = try user.serializedData().count + Self.framing
            if size + bytes > MessageLimit.bytes { try await send() }
            if bytes > MessageLimit.bytes {
                outcomes.append(.failure(ShippyError(.tooLarge, "the user has \(bytes) bytes: the limit is \(MessageLimit.bytes)")))
            } else {
                message.users.append(user)
                size += bytes
            }
        }
        try await send()
        return outcomes
    }

    /// The most bytes that an element adds to a message besides its own: a tag and a length.
    private static let framing = 6

    /// An answer of another version, or of something else at the service's address.
    private static func incomplete(_ what: String) -> ShippyError {
        ShippyError(.failed, "the users service gave an incomplete answer (\(what)): check that all shippy processes have the same version")
    }

    package func user(_ idOrEmail: String) async throws -> User {
        let user = try await call { try await $0.get(.with { $0.idOrEmail = idOrEmail }, options: $1) }.user
        guard !user.id.isEmpty else { throw Self.incomplete("no user") }
        return user
    }

    package func users(after cursor: String?, limit: Int) async throws -> [User] {
        let request = Shippy_V1_ListRequest.with {
            $0.after = cursor ?? ""
            $0.limit = Int32(clamping: limit)
        }
        return try await call { try await $0.list(request, options: $1) }.users.map(\.user)
    }

    package func delete(_ idOrEmail: String) async throws -> User {
        // If the answer to the first request were lost, a second one would get `.notFound`.
        try await call(isSafeToRepeat: false) { try await $0.delete(.with { $0.idOrEmail = idOrEmail }, options: $1) }.user
    }

    private func call<Reply: Sendable>(
        timeout: Duration = .seconds(10), isSafeToRepeat: Bool = true,
        _ body: (Shippy_V1_Users.Client<ClientPool.Transport>, CallOptions) async throws -> Reply
    ) async throws -> Reply {
        var options = CallOptions.defaults
        options.timeout = timeout
        return try await balancer.call(isSafeToRepeat: isSafeToRepeat, reach: { [connections] in try await connections.reach($0) }) { instance in
            do {
                return try await body(Shippy_V1_Users.Client(wrapping: connections.client(for: instance)), options)
            } catch let error as RPCError {
                if let answer = error.strangerText { throw NotCarriedOut(service: "users", address: instance.address, answer: answer) }
                throw ShippyError(error, service: "users", address: instance.address)
            }
        }
    }
}
