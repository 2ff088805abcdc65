import ShippyCore

/// Calls registered instances or, if none answers and all engines are embedded, the service in this process.
struct FallbackUsers: UsersAPI {
    /// The registered instances.
    let remote: any UsersAPI
    let hasInstances: @Sendable () -> Bool
    /// Whether one of them answers at all. Its reason for refusing a call would be the same here.
    let hasAnswer: @Sendable () async -> Bool
    /// Whether an earlier call has started the services in this process.
    let isServingHere: @Sendable () -> Bool
    /// Whether they may be started.
    let mayServeHere: @Sendable () throws -> Bool
    /// The users service in this process. A call that causes events and mails also needs the services that process them.
    let local: @Sendable (_ causesWork: Bool) throws -> any UsersAPI
    /// Where no instance was found, as in "no users service is …".
    let place: String

    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        // Both ways use the same idempotency key: if an instance died after storing the user, the second call does not create it
        // again.
        let requests = requests.map { request in
            var request = request
            if request.onConflict == .refuse, request.idempotencyKey == nil { request.idempotencyKey = UUIDv7.next() }
            return request
        }
        return try await call(causesWork: true) { try await $0.create(requests, requestID: requestID) }
    }

    func user(_ idOrEmail: String) async throws -> User {
        try await call(causesWork: false) { try await $0.user(idOrEmail) }
    }

    func users(after cursor: String?, limit: Int) async throws -> [User] {
        try await call(causesWork: false) { try await $0.users(after: cursor, limit: limit) }
    }

    func delete(_ idOrEmail: String) async throws -> User {
        // An instance may have deleted the user before it died: the second call does not find them, and that is success.
        let user = try await user(idOrEmail)
        return try await call(causesWork: false) {
            try await $0.delete(user.id)
        } again: {
            do {
                return try await $0.delete(user.id)
            } catch let error as ShippyError where error.code == .notFound {
                return user
            }
        }
    }

    private func call<Value>(causesWork: Bool, _ body: (any UsersAPI) async throws -> Value) async throws -> Value {
        try await call(causesWork: causesWork, body, again: body)
    }

    /// - Parameter again: makes the call after a first one that may have been carried out.
    private func call<Value>(
        causesWork: Bool, _ body: (any UsersAPI) async throws -> Value, again: (any UsersAPI) async throws -> Value
    ) async throws -> Value {
        if !isServingHere(), hasInstances() {
            do {
                return try await body(remote)
            } catch let error as ShippyError where error.code == .unavailable {
                guard try mayServeHere(), await !hasAnswer() else { throw error }
            }
            return try await again(try local(causesWork))
        } else if !isServingHere(), try !mayServeHere() {
            throw ShippyError(.unavailable, "no users service is \(place): start one with `shippy serve users`")
        }
        return try await body(try local(causesWork))
    }
}
