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
    private let access: AccessService
    private let tutorial: TutorialUsers
    private let gate: AccessGate
    private let logger: Logger
    private let metrics = RequestMetrics(.httpRequests) { route, status in
        let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
        return [("service", "users"), ("method", parts[0]), ("handler", parts[parts.count - 1]), ("code", "\(status)")]
    }

    package init(users: UsersService, access: AccessService, tutorial: TutorialUsers, gate: AccessGate, logger: Logger) {
        self.users = users
        self.access = access
        self.tutorial = tutorial
        self.gate = gate
        self.logger = logger
    }

    package func respond(to request: Request, context: Context) async -> Response {
        let start = ContinuousClock.now
        let requestID = RequestID.accept(request.headers[.requestID])
        let route = UsersRoute(request)
        var response: Response
        do {
            let credentials = context.credentials(of: request)
            let caller = try await admit(route, credentials)
            response = try await answer(route, HTTPCall(request: request, credentials: credentials, caller: caller, requestID: requestID))
        } catch {
            response = problem(for: error, requestID: requestID)
        }
        response.headers[.requestID] = requestID
        metrics.record(method: route.label, status: response.status.code, since: start)
        return response
    }

    private struct HTTPCall {
        var request: Request
        var credentials: PresentedCredentials
        var caller: Caller
        var requestID: String
    }

    /// The caller, if they may use the route.
    private func admit(_ route: UsersRoute, _ credentials: PresentedCredentials) async throws -> Caller {
        guard let operation = route.operation else { return .anonymous(from: credentials.address) }
        return try await gate.admit(operation, credentials, on: route.user.map { user in { try await users.target(user) } })
    }

    private func answer(_ route: UsersRoute, _ call: HTTPCall) async throws -> Response {
        switch route {
        case .create:
            let created = try await create(call)
            var json = JSONWriter()
            json.object {
                $0.field("id", created.user.id)
                $0.key("e0")
                $0.null()
            }
            return Response(.ok, json: json.bytes)
        case .createUser:
            let created = try await create(call)
            var response = Response(.created, json: created.user.json)
            response.headers[.location] = "/api/v1/users/\(created.user.id)"
            return response
        case .listUsers:
            let page = try await page(call.request)
            var json = JSONWriter(capacity: 256 * page.count + 2)
            json.array { json in page.forEach { json.value($0) } }
            return Response(.ok, json: json.bytes)
        case .getUser(let id):
            return Response(.ok, json: try await users.user(id).json)
        case .changeUser(let id):
            let details = try await decoded(UserDetails.self, call.request, example: #"{"name":"Ada"}"#)
            return Response(.ok, json: try await users.change(id, details.change, by: call.caller, requestID: call.requestID).json)
        case .deleteUser(let id):
            _ = try await users.delete(id, by: call.caller, requestID: call.requestID)
            return Response(status: .noContent)
        case .disableUser(let id):
            return Response(.ok, json: try await users.change(id, .disable, by: call.caller, requestID: call.requestID).json)
        case .enableUser(let id):
            return Response(.ok, json: try await users.change(id, .enable, by: call.caller, requestID: call.requestID).json)
        case .logIn:
            let body = try await decoded(LoginBody.self, call.request, example: #"{"email":"ada@example.com","password":"…"}"#)
            let client = call.request.headers[.userAgent] ?? ""
            let login = try await access.logIn(
                email: body.email, password: body.password, client: client, by: call.caller, requestID: call.requestID)
            return Response(login: login)
        case .refresh:
            let body = try await decoded(RefreshBody.self, call.request, example: #"{"refresh_token":"…"}"#)
            return Response(login: try await access.refresh(body.refreshToken, by: call.caller, requestID: call.requestID))
        case .logOut:
            let body = try await decoded(RefreshBody.self, call.request, example: #"{"refresh_token":"…"}"#)
            try await access.logOut(body.refreshToken, by: call.caller, requestID: call.requestID)
            return Response(status: .noContent)
        case .me:
            guard case .user(let id, _) = call.caller.identity else { throw ShippyError(.notFound, "\(call.caller.actor) is not a user") }
            return Response(me: try await users.user(id), role: call.caller.role ?? .user)
        case .keys:
            var response = Response(.ok, json: try access.jwks)
            response.headers[.cacheControl] = "public, max-age=\(Int(KeyRotation.cachingTime.seconds))"
            return response
        case .tutorialAuth:
            return try await answer(.auth, json: try await body(call.request), call.caller, call)
        case .tutorialValidate:
            return try await answer(.validateToken, json: try await body(call.request), call.caller, call)
        case .tutorialCall:
            let body = try TutorialCall(try await body(call.request))
            let caller = try await gate.admit(body.method.operation, call.credentials) {
                try await tutorial.target(of: body.method, json: Array(buffer: body.request))
            }
            return try await answer(body.method, json: body.request, caller, call)
        case .wrongMethod(let allowed):
            var response = Response.problem(
                ShippyError(.malformed, "method \(call.request.method.rawValue) is not allowed here: use \(allowed)"), status: .methodNotAllowed)
            response.headers[.allow] = allowed
            return response
        case .unknown:
            throw ShippyError(.notFound, "no such path \(call.request.uri.path.quoted(limit: 80))")
        }
    }

    private func answer(_ method: TutorialMethod, json: ByteBuffer, _ caller: Caller, _ call: HTTPCall) async throws -> Response {
        Response(.ok, json: try await tutorial.answer(method, json: Array(buffer: json), by: caller, requestID: call.requestID))
    }

    private func page(_ request: Request) async throws -> [User] {
        let limit = try request.uri.queryParameters["limit"].map { text in
            guard let limit = Int(text) else {
                throw ShippyError(.invalid, "limit \(String(text).quoted(limit: 40)) is not a number", field: "limit")
            }
            return limit
        }
        return try await users.users(after: request.uri.queryParameters["after"].map(String.init), limit: limit ?? 100)
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

    private func decoded<Body: Decodable>(_ type: Body.Type, _ request: Request, example: String) async throws -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(try await body(request).readableBytesView))
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
        if error.isInternal {
            logger.error("request failed", metadata: [LogKey.requestID: "\(requestID)", LogKey.error: "\(error)"])
        }
        return .problem(error.forClients(requestID: requestID), status: error.httpStatus)
    }
}

extension HTTPField.Name {
    fileprivate static let requestID = Self(HeaderName.requestID)!
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
