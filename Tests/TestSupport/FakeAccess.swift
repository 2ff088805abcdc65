import Foundation
package import ShippyCore
package import Synchronization

/// An ``AccessAPI`` in memory: it remembers what it was asked, and answers from lists that a test fills.
package final class FakeAccess: AccessAPI {
    package struct State: Sendable {
        /// One text for each call, without secrets.
        package var calls: [String] = []
        package var requestIDs: [String] = []
        package var user = Samples.user()
        package var role = AccessRole.user
        package var password = "correct horse"
        package var lifetime = Duration.seconds(900)
        /// The number in the current refresh token.
        package var counter = 0
        package var hasEnded = false
        package var sessions: [ListedSession] = []
        package var caller = CallerStatus(actor: "owner", role: .admin)
        package var tokens: [APIToken] = []
        package var keys: [SigningKeyStatus] = []
        package var entries: [AuditEntry] = []
        /// Thrown by every call.
        package var failure: ShippyError?
        package var refreshTime = Duration.zero
    }

    package let state = Mutex(State())

    package init(_ prepare: (inout State) -> Void = { _ in }) {
        state.withLock { prepare(&$0) }
    }

    package var calls: [String] { state.withLock { $0.calls } }

    private func answer<Value: Sendable>(_ call: String, requestID: String? = nil, _ body: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            state.calls.append(call)
            if let requestID { state.requestIDs.append(requestID) }
            if let failure = state.failure { throw failure }
            return try body(&state)
        }
    }

    /// The session of its access tokens.
    package static let sessionID = "01a1fc02-23c5-7002-b642-b33377b8893b"

    /// The access token of this number, in the form of a real one.
    package static func accessToken(_ number: Int, of user: User, _ role: AccessRole) -> String {
        var payload = JSONWriter()
        payload.object {
            $0.field("sub", user.id)
            $0.field("sid", sessionID)
            $0.field("exp", Int64(4_102_444_800))
            $0.key("roles")
            $0.array { $0.string(role.rawValue) }
            $0.field("User") { $0.field("email", user.email.description) }
        }
        return "e30.\(Data(payload.bytes).base64EncodedString().replacing("=", with: "")).access-\(number)"
    }

    package func accessToken(_ number: Int) -> String { state.withLock { Self.accessToken(number, of: $0.user, $0.role) } }

    private static func login(_ state: inout State) -> Login {
        state.counter += 1
        return Login(
            accessToken: accessToken(state.counter, of: state.user, state.role), expiresIn: state.lifetime, refreshToken: "refresh-\(state.counter)",
            user: state.user,
            role: state.role)
    }

    package func logIn(email: String, password: String, client: String, requestID: String) async throws -> Login {
        try answer("logIn \(email)", requestID: requestID) { state in
            guard email == state.user.email.description, password == state.password else {
                throw ShippyError(.unauthenticated, "wrong e-mail address or password")
            }
            state.hasEnded = false
            return Self.login(&state)
        }
    }

    package func refresh(_ refreshToken: String, requestID: String) async throws -> Login {
        try await Task.sleep(for: state.withLock { $0.refreshTime })
        return try answer("refresh", requestID: requestID) { state in
            guard !state.hasEnded, refreshToken == "refresh-\(state.counter)" else {
                state.hasEnded = true
                throw ShippyError(.unauthenticated, "the session has ended")
            }
            return Self.login(&state)
        }
    }

    package func logOut(_ refreshToken: String, requestID: String) async throws {
        try answer("logOut \(refreshToken)", requestID: requestID) { $0.hasEnded = true }
    }

    package func requestLink(_ purpose: LinkPurpose, for email: String, requestID: String) async throws {
        try answer("requestLink \(purpose) \(email)", requestID: requestID) { _ in }
    }

    package func mailLink(_ purpose: LinkPurpose, to user: String, requestID: String) async throws -> User {
        try answer("mailLink \(purpose) \(user)", requestID: requestID) { $0.user }
    }

    package func whoAmI() async throws -> CallerStatus { try answer("whoAmI") { $0.caller } }

    package func sessions(of user: String?, after cursor: String?, limit: Int) async throws -> [ListedSession] {
        try answer("sessions \(user ?? "-") \(cursor ?? "-") \(limit)") { state in
            Self.page(state.sessions.filter { user == nil || $0.session.userID == user }, id: \.id, cursor, limit)
        }
    }

    package func endSessions(_ ids: [String], requestID: String) async throws -> [String] {
        try answer("endSessions \(ids.count)", requestID: requestID) { state in
            let ended = state.sessions.filter { ids.contains($0.id) }.map(\.id)
            state.sessions.removeAll { ids.contains($0.id) }
            return ended
        }
    }

    package func endSessions(of user: String, requestID: String) async throws -> Int {
        try answer("endSessions of \(user)", requestID: requestID) { state in
            let before = state.sessions.count
            state.sessions.removeAll { $0.session.userID == user }
            return before - state.sessions.count
        }
    }

    package func createToken(name: String, role: AccessRole, lifetime: Duration?, requestID: String) async throws -> CreatedToken {
        try answer("createToken \(name) \(role.rawValue) \(lifetime.map { "\($0.seconds)" } ?? "-")", requestID: requestID) { state in
            let now = Timestamp.now
            let token = APIToken(
                id: UUIDv7.next(), name: name, role: role, hash: [1], createdBy: "owner", createdAt: now, expiresAt: lifetime.map { now + $0 })
            state.tokens.append(token)
            return CreatedToken(token: token, text: "canary-\(token.id)")
        }
    }

    package func tokens(after cursor: String?, limit: Int) async throws -> [APIToken] {
        try answer("tokens \(cursor ?? "-") \(limit)") { Self.page($0.tokens, id: \.id, cursor, limit) }
    }

    package func endToken(_ id: String, requestID: String) async throws {
        try answer("endToken \(id)", requestID: requestID) { state in
            guard state.tokens.contains(where: { $0.id == id }) else { throw ShippyError(.notFound, "no token \(id)") }
            state.tokens.removeAll { $0.id == id }
        }
    }

    package func signingKeys() async throws -> [SigningKeyStatus] { try answer("signingKeys") { $0.keys } }

    package func rotateKeys(requestID: String) async throws -> [SigningKeyStatus] { try answer("rotateKeys", requestID: requestID) { $0.keys } }

    package func revokeKey(_ id: String, requestID: String) async throws -> [SigningKeyStatus] {
        try answer("revokeKey \(id)", requestID: requestID) { state in
            guard state.keys.contains(where: { $0.id == id }) else { throw ShippyError(.notFound, "no key \(id)") }
            state.keys.removeAll { $0.id == id }
            return state.keys
        }
    }

    package func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] {
        let place =
            switch page {
            case .after(let cursor): "after \(cursor ?? "-")"
            case .before(let cursor): "before \(cursor ?? "-")"
            }
        let parts = [filter.target, filter.actor, filter.action, filter.outcome, filter.since?.description, filter.until?.description, place]
        return try answer("audit \(parts.map { $0 ?? "-" }.joined(separator: " "))") { state in
            let entries = state.entries.sorted { $0.id < $1.id }
            return switch page {
            case .after(let cursor): Self.page(entries, id: \.id, cursor, limit)
            case .before(let cursor): entries.filter { cursor == nil || $0.id < cursor! }.suffix(limit)
            }
        }
    }

    private static func page<Value>(_ values: [Value], id: (Value) -> String, _ cursor: String?, _ limit: Int) -> [Value] {
        Array(values.filter { id($0) > cursor ?? "" }.prefix(limit))
    }
}

extension Samples {
    package static func listedSession(
        user: String = UUIDv7.next(), email: String = "ada@example.com", client: String = "shippy 0.1.0 on here",
        address: String = "192.168.100.123"
    ) -> ListedSession {
        ListedSession(session(user: user, client: client, address: address), email: email)
    }

    package static func session(user: String = UUIDv7.next(), client: String = "shippy 0.1.0 on here", address: String = "192.168.100.123") -> Session
    {
        let now = Timestamp.now
        return Session(
            id: UUIDv7.next(), userID: user, createdAt: now - .seconds(600), lastUsedAt: now - .seconds(180), expiresAt: now + .seconds(86_400),
            counterSince: now - .seconds(600), client: client, address: address)
    }

    package static func auditEntry(_ action: String = "user.set-password", id: String? = nil, at: Timestamp = .now) -> AuditEntry {
        AuditEntry(
            id: id ?? UUIDv7.next(at: at), at: at, actor: "user:\(UUIDv7.next())", address: "10.0.0.7", action: action,
            target: "user:\(UUIDv7.next())", outcome: "ok", requestID: "r1")
    }
}
