import ShippyCore

/// Calls registered instances or, if none answers and all engines are embedded, the service in this process.
struct Fallback<API: Sendable>: Sendable {
    /// The registered instances.
    let remote: API
    let hasInstances: @Sendable () -> Bool
    /// Whether one of them answers at all. Its reason for refusing a call would be the same here.
    let hasAnswer: @Sendable () async -> Bool
    /// Whether an earlier call has started the services in this process.
    let isServingHere: @Sendable () -> Bool
    /// Whether they may be started.
    let mayServeHere: @Sendable () throws -> Bool
    /// The service in this process. A call that causes events and mails also needs the services that process them.
    let local: @Sendable (_ causesWork: Bool) async throws -> API
    /// Where no instance was found, as in "no users service is …".
    let place: String

    /// - Parameter again: makes the call after a first one that may have been carried out; nil makes `body` again.
    func call<Value>(
        causesWork: Bool = false, _ body: (API) async throws -> Value, again: ((API) async throws -> Value)? = nil
    ) async throws -> Value {
        guard try usesInstances() else { return try await body(try await local(causesWork)) }
        do {
            return try await body(remote)
        } catch let error as ShippyError where error.code == .unavailable {
            guard try mayServeHere(), await !hasAnswer() else { throw error }
        }
        let local = try await local(causesWork)
        if let again { return try await again(local) }
        return try await body(local)
    }

    /// Makes a call that must not be made twice: whether an instance answers is found out before.
    func callOnce<Value>(causesWork: Bool = false, _ body: (API) async throws -> Value) async throws -> Value {
        guard try usesInstances() else { return try await body(try await local(causesWork)) }
        if try mayServeHere(), await !hasAnswer() { return try await body(try await local(causesWork)) }
        return try await body(remote)
    }

    /// - Throws: ``ShippyError`` `.unavailable` if there is neither an instance nor a way to serve here.
    private func usesInstances() throws -> Bool {
        if isServingHere() { return false }
        if hasInstances() { return true }
        if try mayServeHere() { return false }
        throw ShippyError(.unavailable, "no users service is \(place): start one with `shippy serve users`")
    }
}
