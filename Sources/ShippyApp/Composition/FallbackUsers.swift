import ShippyCore

/// Asks a registered instance, and this process itself where none answers and every engine is embedded.
struct FallbackUsers: UsersAPI {
    /// The registered instances.
    let remote: any UsersAPI
    let hasInstances: @Sendable () -> Bool
    /// Whether the services were started in this process, by an earlier call.
    let isServingHere: @Sendable () -> Bool
    /// Whether they may be.
    let mayServeHere: @Sendable () throws -> Bool
    /// The users service in this process. A call that causes work, which is events and mails, needs those that finish it, too.
    let local: @Sendable (_ causesWork: Bool) throws -> any UsersAPI
    /// Where instances are looked for, without a password.
    let registry: String

    func create(_ requests: [CreateUser], requestID: String) async throws -> [Result<CreatedUser, ShippyError>] {
        // The same key on both ways: if an instance died with the answer, asking here does not create twice.
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
        try await call(causesWork: false) { try await $0.delete(idOrEmail) }
    }

    private func call<Value>(causesWork: Bool, _ body: (any UsersAPI) async throws -> Value) async throws -> Value {
        if !isServingHere(), hasInstances() {
            do {
                return try await body(remote)
            } catch let error as ShippyError where error.code == .unavailable {
                guard try mayServeHere() else { throw error }
            }
        } else if !isServingHere(), try !mayServeHere() {
            let place = registry == "embedded" ? "running on this machine" : "registered in \(registry)"
            throw ShippyError(.unavailable, "no users service is \(place): start one with `shippy serve users`")
        }
        return try await body(try local(causesWork))
    }
}
