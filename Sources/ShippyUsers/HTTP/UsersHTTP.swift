import Foundation
import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore
import ShippyCore
package import ShippyHTTPServer

/// The users service over HTTP: the tutorial's `POST /create`, and the REST paths.
package struct UsersHTTP: HTTPResponder {
    package typealias Context = ConnectionContext

    /// The largest body accepted, in bytes.
    package static let bodyLimit = HTTPLimits().bodySize

    private let users: UsersService
    private let logger: Logger
    private let metrics = RequestMetrics(.httpRequests) { route, status in
        let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
        return [("service", "users"), ("method", parts[0]), ("handler", parts[parts.count - 1]), ("code", "\(status)")]
    }

    package init(users: UsersService, logger: Logger) {
        self.users = users
        self.logger = logger
    }

    package func respond(to request: Request, context: Context) async -> Response {
        let start = ContinuousClock.now
        let requestID = RequestID.accept(request.headers[.requestID])
        let route = Route(request)
        var response: Response
        do {
            response = try await answer(route, request, requestID: requestID)
        } catch {
            response = problem(for: error, requestID: requestID)
        }
        response.headers[.requestID] = requestID
        metrics.record(method: route.label, status: response.status.code, since: start)
        return response
    }

    /// The requested operation, by method and path.
    private enum Route {
        case create, createUser, list
        case get(String)
        case wrongMethod(allowed: String)
        case unknown

        init(_ request: Request) {
            let path = request.uri.path
            switch (request.method, path) {
            case (.post, "/create"): self = .create
            case (.post, "/api/v1/users"): self = .createUser
            case (.get, "/api/v1/users"): self = .list
            case (_, "/create"): self = .wrongMethod(allowed: "POST")
            case (_, "/api/v1/users"): self = .wrongMethod(allowed: "GET, POST")
            default:
                let prefix = "/api/v1/users/"
                guard path.hasPrefix(prefix), !path.dropFirst(prefix.count).contains("/"), path.count > prefix.count else {
                    self = .unknown
                    return
                }
                let id = String(path.dropFirst(prefix.count))
                self = request.method == .get ? .get(id.removingPercentEncoding ?? id) : .wrongMethod(allowed: "GET")
            }
        }

        /// Method and path, for metrics, without any part that a client can choose.
        var label: String {
            switch self {
            case .create: "POST /create"
            case .createUser: "POST /api/v1/users"
            case .list: "GET /api/v1/users"
            case .get: "GET /api/v1/users/{id}"
            case .wrongMethod, .unknown: "other"
            }
        }
    }

    private func answer(_ route: Route, _ request: Request, requestID: String) async throws -> Response {
        switch route {
        case .create:
            let created = try await create(request, requestID: requestID)
            var json = JSONWriter()
            json.object {
                $0.field("id", created.user.id)
                $0.key("e0")
                $0.null()
            }
            return Response(.ok, json: json.bytes)
        case .createUser:
            let created = try await create(request, requestID: requestID)
            var response = Response(.created, json: created.user.json)
            response.headers[.location] = "/api/v1/users/\(created.user.id)"
            return response
        case .list:
            let limit = try request.uri.queryParameters["limit"].map { text in
                guard let limit = Int(text) else {
                    throw ShippyError(.invalid, "limit \(String(text).quoted(limit: 40)) is not a number", field: "limit")
                }
                return limit
            }
            let page = try await users.users(after: request.uri.queryParameters["after"].map(String.init), limit: limit ?? 100)
            var json = JSONWriter(capacity: 256 * page.count + 2)
            json.array { json in page.forEach { json.value($0) } }
            return Response(.ok, json: json.bytes)
        case .get(let id):
            return Response(.ok, json: try await users.user(id).json)
        case .wrongMethod(let allowed):
            var response = Response.problem(
                ShippyError(.malformed, "method \(request.method.rawValue) is not allowed here: use \(allowed)"), status: .methodNotAllowed)
            response.headers[.allow] = allowed
            return response
        case .unknown:
            throw ShippyError(.notFound, "no such path \(request.uri.path.quoted(limit: 80))")
        }
    }

    private func create(_ request: Request, requestID: String) async throws -> CreatedUser {
        let body: CreateBody
        do {
            body = try CreateBody(try await collectBody(request))
        } catch let error as DecodingError {
            throw ShippyError(.malformed, error.explanation)
        }
        guard let email = body.email else {
            throw ShippyError(.malformed, #"the body has no "email": send {"email":"ada@example.com"}"#, field: "email")
        }
        return try await users.create(
            CreateUser(
                email: email, name: body.name ?? "", company: body.company ?? "", password: body.password,
                idempotencyKey: request.headers[.idempotencyKey]),
            requestID: requestID)
    }

    private func collectBody(_ request: Request) async throws -> ByteBuffer {
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

extension ShippyError {
    fileprivate var httpStatus: HTTPResponse.Status {
        switch code {
        case .usage, .malformed: .badRequest
        case .invalid: .unprocessableContent
        case .conflict: .conflict
        case .notFound: .notFound
        case .tooLarge: .contentTooLarge
        case .overloaded, .unavailable: .serviceUnavailable
        case .failed, .denied, .gap: .internalServerError
        }
    }
}

extension DecodingError {
    /// One line for the client: the fault, and its place.
    fileprivate var explanation: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty
                ? #"the body is not a JSON object: send {"email":"ada@example.com"}"#
                : "\(path.quoted()) in the body must be a string"
        default: return #"the body is not JSON: send {"email":"ada@example.com"}"#
        }
    }
}
