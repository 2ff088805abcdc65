import GRPCCore
package import ShippyCore
package import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf

/// The users service over gRPC, on any live instance.
package final class UsersClient: UsersAPI {
    private let caller: ServiceCaller

    package init(balancer: Balancer, connections: Connections, credentials: CallCredentials) {
        caller = ServiceCaller(service: "users", balancer: balancer, connections: connections, credentials: credentials)
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
            let isSecret = passwords > 0 || message.users.contains { $0.hasPasswordHash }
            let secret: ServiceCaller.Secret = isSecret ? .credentialAndMessage : .credential
            let reply = try await caller.call(timeout: timeout, secret: secret, requestID: requestID) { [message] in
                try await Shippy_V1_Users.Client(wrapping: $0).create(message, metadata: $1, options: $2)
            }
            guard reply.outcomes.count == message.users.count else {
                throw caller.incomplete("\(reply.outcomes.count) outcomes for \(message.users.count) users")
            }
            // An older release does not know what can be kept.
            guard zip(message.users, reply.outcomes).allSatisfy({ !$0.hasID || !$1.isNew || $0.id == $1.user.id }) else {
                throw caller.incomplete("users with other IDs than asked for: the service is an older release")
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

    package func user(_ idOrEmail: String) async throws -> UserRecord {
        try whole(
            try await caller.call {
                try await Shippy_V1_Users.Client(wrapping: $0).get(.with { $0.idOrEmail = idOrEmail }, metadata: $1, options: $2)
            })
    }

    package func users(_ filter: UserFilter, after cursor: String?, limit: Int) async throws -> [UserRecord] {
        var request = Shippy_V1_ListRequest(filter)
        request.after = cursor ?? ""
        request.limit = Int32(clamping: limit)
        let reply = try await caller.call { [request] in
            try await Shippy_V1_Users.Client(wrapping: $0).list(request, metadata: $1, options: $2)
        }
        let records = reply.users.map(\.record)
        // An older release does not know filters, and lists everybody; or the newest last.
        guard records.allSatisfy(filter.matches) else { throw caller.incomplete("users who were not asked for") }
        guard !filter.newestFirst || zip(records, records.dropFirst()).allSatisfy({ $0.id > $1.id }) else {
            throw caller.incomplete("users in another order than asked for")
        }
        return records
    }

    package func userCount(_ filter: UserFilter) async throws -> Int {
        let request = Shippy_V1_ListRequest(filter)
        // Every user with the text is looked at.
        let reply = try await caller.call(timeout: .seconds(30)) {
            try await Shippy_V1_Users.Client(wrapping: $0).count(request, metadata: $1, options: $2)
        }
        return Int(reply.count)
    }

    package func change(_ idOrEmail: String, _ change: UserChange, ifRevision revision: Int64?, requestID: String) async throws -> UserRecord {
        var request = Shippy_V1_ChangeRequest(idOrEmail, change)
        if let revision { request.ifRevision = revision }
        let secret: ServiceCaller.Secret = if case .password = change { .credentialAndMessage } else { .credential }
        // If the answer to a first request were lost, a second one could miss the user under the old e-mail address. Hashing a
        // password may have to wait for others.
        return try whole(
            try await caller.call(timeout: .seconds(20), isSafeToRepeat: false, secret: secret, requestID: requestID) { [request] in
                try await Shippy_V1_Users.Client(wrapping: $0).change(request, metadata: $1, options: $2)
            })
    }

    package func delete(_ idOrEmail: String, ifRevision revision: Int64?, requestID: String) async throws -> User {
        let request = Shippy_V1_DeleteRequest.with {
            $0.idOrEmail = idOrEmail
            if let revision { $0.ifRevision = revision }
        }
        // If the answer to the first request were lost, a second one would get `.notFound`.
        return try whole(
            try await caller.call(isSafeToRepeat: false, requestID: requestID) {
                try await Shippy_V1_Users.Client(wrapping: $0).delete(request, metadata: $1, options: $2)
            }
        ).user
    }

    private func whole(_ record: Shippy_V1_UserRecord) throws -> UserRecord {
        guard !record.id.isEmpty else { throw caller.incomplete("no user") }
        return record.record
    }
}

extension Shippy_V1_ListRequest {
    fileprivate init(_ filter: UserFilter) {
        self.init()
        role = filter.role?.rawValue ?? ""
        state = filter.state?.rawValue ?? ""
        match = filter.match?.text ?? ""
        if let since = filter.since { self.since = since.milliseconds }
        if let until = filter.until { self.until = until.milliseconds }
        newestFirst = filter.newestFirst
    }
}
