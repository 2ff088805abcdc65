import Foundation
import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore
package import ShippyAccess
import ShippyCore
package import ShippyHTTPServer

/// The users service over HTTP: the tutorials' paths, and the REST paths.
package struct UsersHTTP: HTTPResponder {
    package typealias Context = ConnectionContext

    /// The largest body accepted, in bytes.
    package static let bodyLimit = HTTPLimits().bodySize
    private static let userExample = #"{"email":"ada@example.com"}"#

    private let users: UsersService
    let access: AccessService
    let pages: LinkPages
    private let tutorial: TutorialUsers
    private let gate: AccessGate
    private let logger: Logger
    private let failures = RefusalLog()
    private let metrics = RequestMetrics(.httpRequests) { route, status in
        let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
        return [("service", "users"), ("method", parts[0]), ("handler", parts[parts.count - 1]), ("code", "\(status)")]
    }

    package init(users: UsersService, access: AccessService, tutorial: TutorialUsers, gate: AccessGate, logger: Logger) {
        self.users = users
        self.access = access
        pages = LinkPages(links: access.links, logger: logger)
        self.tutorial = tutorial
        self.gate = gate
        self.logger = logger
    }

    package func respond(to request: Request, context: Context) async -> Response {
        let start = ContinuousClock.now
        let requestID = RequestID.accept(request.headers[.requestID])
        let match = Self.routes.match(request.method, request.uri.path)
        var response: Response
        do {
            response = try await Trace.with(request.headers[.trace]) {
                try await Self.routes.answer(
                    request, to: match, by: self, gate: gate, credentials: context.credentials(of: request), requestID: requestID)
            }
        } catch {
            response = problem(for: error, requestID: requestID)
        }
        response.headers[.requestID] = requestID
        metrics.record(method: match.label, status: response.status.code, since: start)
        return response
    }

    // MARK: Users

    func createForTutorial(_ call: HTTPCall) async throws -> Response {
        let created = try await create(call)
        var json = JSONWriter()
        json.object {
            $0.field("id", created.user.id)
            $0.key("e0")
            $0.null()
        }
        return Response(.ok, json: json.bytes)
    }

    func createUser(_ call: HTTPCall) async throws -> Response {
        let created = try await create(call)
        var response = Response(.created, json: created.user.json)
        response.headers[.location] = "/api/v1/users/\(created.user.id)"
        return response
    }

    func listUsers(_ call: HTTPCall) async throws -> Response {
        let page = try await page(call.request)
        var json = JSONWriter(capacity: 256 * page.users.count + 2)
        json.array { json in page.users.forEach { page.isFull ? json.value($0) : json.value($0.user) } }
        return Response(.ok, json: json.bytes)
    }

    func getUser(_ call: HTTPCall) async throws -> Response {
        let isFull = try call.request.uri.queryParameters["full"].map { try ListQuery.flag(String($0), "full") } ?? false
        let user = try await users.user(call.parameter)
        if let revision = user.revision, let tags = call.request.headers[.ifNoneMatch].map(EntityTags.init), tags.covers(revision) {
            return Response(status: .notModified, headers: [.eTag: EntityTags.text(of: revision)])
        }
        return answer(user, isFull: isFull)
    }

    /// A user with the tag of the revision.
    /// - Parameter isFull: whether the role, the state and whether the address is confirmed are told, too.
    private func answer(_ user: UserRecord, isFull: Bool = false) -> Response {
        var response = Response(.ok, json: isFull ? user.json : user.user.json)
        if let revision = user.revision { response.headers[.eTag] = EntityTags.text(of: revision) }
        return response
    }

    /// The revisions that the caller's change may be based on; nil for any.
    private func revisions(_ call: HTTPCall) -> Set<Int64>? { call.request.headers[.ifMatch].flatMap { EntityTags($0).forChange } }

    func changeUser(_ call: HTTPCall) async throws -> Response {
        let details = try await decoded(UserDetails.self, call.request, example: #"{"name":"Ada"}"#)
        return try await change(details.change, call)
    }

    func disableUser(_ call: HTTPCall) async throws -> Response { try await change(.disable, call) }

    func enableUser(_ call: HTTPCall) async throws -> Response { try await change(.enable, call) }

    func deleteUser(_ call: HTTPCall) async throws -> Response {
        _ = try await users.delete(call.parameter, ifRevision: revisions(call), by: call.caller, requestID: call.requestID)
        return Response(status: .noContent)
    }

    private func change(_ change: UserChange, _ call: HTTPCall) async throws -> Response {
        answer(
            try await users.change(call.parameter, change, ifRevision: revisions(call), by: call.caller, requestID: call.requestID))
    }

    // MARK: Logging in

    func logIn(_ call: HTTPCall) async throws -> Response {
        let body = try await decoded(LoginBody.self, call.request, example: #"{"email":"ada@example.com","password":"…"}"#)
        let client = call.request.headers[.userAgent] ?? ""
        let login = try await access.logIn(
            email: body.email, password: body.password, client: client, by: call.caller, requestID: call.requestID)
        return Response(login: login)
    }

    func refresh(_ call: HTTPCall) async throws -> Response {
        let body = try await decoded(RefreshBody.self, call.request, example: #"{"refresh_token":"…"}"#)
        return Response(login: try await access.refresh(body.refreshToken, by: call.caller, requestID: call.requestID))
    }

    func logOut(_ call: HTTPCall) async throws -> Response {
        let body = try await decoded(RefreshBody.self, call.request, example: #"{"refresh_token":"…"}"#)
        try await access.logOut(body.refreshToken, by: call.caller, requestID: call.requestID)
        return Response(status: .noContent)
    }

    func readMyself(_ call: HTTPCall) async throws -> Response {
        guard let role = call.caller.role else { throw ShippyError.missingToken }
        guard case .user(let id, _) = call.caller.identity else { return Response(me: nil, actor: call.caller.actor, role: role) }
        return Response(me: try await users.user(id).user, actor: call.caller.actor, role: role)
    }

    func changeOwnPassword(_ call: HTTPCall) async throws -> Response {
        let body = try await decoded(PasswordChangeBody.self, call.request, example: #"{"old_password":"…","new_password":"…"}"#)
        guard let id = call.caller.userID else { throw ShippyError(.forbidden, "only users have a password: log in with one") }
        let change = UserChange.password(body.newPassword, old: body.oldPassword)
        _ = try await users.change(id, change, by: call.caller, requestID: call.requestID)
        return Response(status: .noContent)
    }

    func readPublicKeys(_ call: HTTPCall) async throws -> Response {
        var response = Response(.ok, json: try await access.jwks)
        response.headers[.cacheControl] = "public, max-age=\(Int(KeyRotation.cachingTime.seconds))"
        return response
    }

    func readInterface(_ call: HTTPCall) async -> Response { Response(.ok, json: Self.interface) }

    private static let interface = Array(InterfaceDocument.json.utf8)

    // MARK: The go-micro tutorial

    func authForTutorial(_ call: HTTPCall) async throws -> Response {
        try await answer(.auth, json: try await body(call.request), by: call.caller, call)
    }

    func validateForTutorial(_ call: HTTPCall) async throws -> Response {
        try await answer(.validateToken, json: try await body(call.request), by: call.caller, call)
    }

    func callForTutorial(_ call: HTTPCall) async throws -> Response {
        let body = try TutorialCall(try await body(call.request))
        let caller = try await gate.admit(body.method.operation, call.credentials, requestID: call.requestID) {
            try tutorial.targets(of: body.method, json: Array(buffer: body.request))
        }
        return try await answer(body.method, json: body.request, by: caller, call)
    }

    private func answer(_ method: TutorialMethod, json: ByteBuffer, by caller: Caller, _ call: HTTPCall) async throws -> Response {
        Response(.ok, json: try await tutorial.answer(method, json: Array(buffer: json), by: caller, requestID: call.requestID))
    }

    // MARK: Requests

    /// All users, or the one with an address.
    private func page(_ request: Request) async throws -> (users: [UserRecord], isFull: Bool) {
        let query = try ListQuery(request.uri.queryParameters)
        let page =
            if let email = query.email {
                try await users.users(withEmail: email, after: query.after, limit: query.limit).filter(query.filter.matches)
            } else {
                try await users.users(query.filter, after: query.after, limit: query.limit)
            }
        return (page, query.isFull)
    }

    private func create(_ call: HTTPCall) async throws -> CreatedUser {
        let body: CreateBody
        do {
            body = try CreateBody(try await self.body(call.request))
        } catch let error as DecodingError {
            throw error.problem(example: Self.userExample)
        }
        guard let email = body.email else {
            throw ShippyError(.malformed, #"the body has no "email": send \#(Self.userExample)"#, field: "email")
        }
        return try await users.create(
            CreateUser(
                email: email, name: body.name ?? "", company: body.company ?? "", password: body.password,
                idempotencyKey: call.request.headers[.idempotencyKey]),
            by: call.caller, requestID: call.requestID)
    }

    func decoded<Body: RequestBody>(_ type: Body.Type, _ request: Request, example: String) async throws -> Body {
        do {
            return try JSONDecoder().decode(KnownFields<Body>.self, from: Data(try await body(request).readableBytesView)).body
        } catch let error as DecodingError {
            throw error.problem(example: example)
        }
    }

    private func body(_ request: Request) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: Self.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw ShippyError(.tooLarge, "the body is larger than \(Self.bodyLimit) bytes")
        }
    }

    private func problem(for error: any Error, requestID: String) -> Response {
        // If the client is still waiting, a shutdown cancelled the request.
        let error = error is CancellationError ? .cancelled : ShippyError.wrapping(error)
        failures.logFailure(error, requestID: requestID, to: logger)
        return .problem(error.forClients(requestID: requestID), status: error.httpStatus)
    }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = Self("Idempotency-Key")!
}

extension DecodingError {
    /// One line for the client: the fault, and its place.
    fileprivate func problem(example: String) -> ShippyError {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty
                ? ShippyError(.malformed, "the body is not a JSON object: send \(example)")
                : ShippyError(.malformed, "\(path.quoted()) in the body must be a string", field: path)
        case .keyNotFound(let key, _):
            return ShippyError(.malformed, "the body has no \(key.stringValue.quoted()): send \(example)", field: key.stringValue)
        default: return ShippyError(.malformed, "the body is not JSON: send \(example)")
        }
    }
}
