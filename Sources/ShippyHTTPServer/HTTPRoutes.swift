package import HTTPTypes
package import Hummingbird
package import ShippyAccess
import ShippyCore

/// All routes of a server.
package struct HTTPRoutes<Server: Sendable>: Sendable {
    package enum Match: Sendable {
        case route(HTTPRoute<Server>, parameter: String)
        /// A question for the path's methods.
        case options(allowed: String)
        /// The path has other methods.
        case wrongMethod(allowed: String)
        case unknownPath

        /// The method and the path, for metrics, without anything that a client chooses.
        package var label: String {
            if case .route(let route, _) = self { route.label } else { "other" }
        }
    }

    /// The routes of one path. Whatever answers GET answers HEAD, too.
    private struct Path: Sendable {
        let routes: [HTTPRoute<Server>]
        /// All methods of the path, as in the header `Allow`.
        let allowed: String

        init(_ routes: [HTTPRoute<Server>]) {
            self.routes = routes + routes.filter { $0.method == .get }.map(\.head)
            allowed = (self.routes.map(\.method.rawValue) + ["OPTIONS"]).sorted().joined(separator: ", ")
        }

        func match(_ method: HTTPRequest.Method, parameter: String) -> Match {
            if method == .options { return .options(allowed: allowed) }
            guard let route = routes.first(where: { $0.method == method }) else { return .wrongMethod(allowed: allowed) }
            return .route(route, parameter: parameter)
        }
    }

    /// As declared, without HEAD and OPTIONS.
    package let all: [HTTPRoute<Server>]
    /// The paths without a parameter. A path that is here is not searched for in the others.
    private let fixed: [String: Path]
    private let variable: [(template: PathTemplate, path: Path)]

    package init(_ routes: [HTTPRoute<Server>]) {
        precondition(Set(routes.map(\.label)).count == routes.count, "a route is there twice")
        all = routes
        let paths = Dictionary(grouping: routes, by: \.path).mapValues(Path.init)
        fixed = Dictionary(uniqueKeysWithValues: paths.filter { !$0.key.hasParameter }.map { ($0.key.text, $0.value) })
        variable = paths.filter(\.key.hasParameter).map { ($0.key, $0.value) }
    }

    package func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        if let found = fixed[path] { return found.match(method, parameter: "") }
        for (template, found) in variable {
            if let parameter = template.parameter(in: path) { return found.match(method, parameter: parameter) }
        }
        return .unknownPath
    }

    /// Answers a request if its caller may make it.
    /// - Throws: `.notFound` for an unknown path, what the gate throws, and what the route's answer throws.
    package func answer(
        _ request: Request, to match: Match, by server: Server, gate: AccessGate, credentials: PresentedCredentials, requestID: String
    ) async throws -> Response {
        switch match {
        case .route(let route, let parameter):
            let caller =
                if let operation = route.operation {
                    try await gate.admit(operation, credentials, requestID: requestID) { route.target.map { [$0(parameter)] } ?? [] }
                } else {
                    Caller.anonymous(from: credentials.address)
                }
            try route.checkQuery(of: request)
            let call = HTTPCall(request: request, parameter: parameter, credentials: credentials, caller: caller, requestID: requestID)
            return try await route.answer(server)(call)
        case .options(let allowed):
            return Response(status: .noContent, headers: [.allow: allowed])
        case .wrongMethod(let allowed):
            var response = Response.problem(
                ShippyError(.malformed, "method \(request.method.rawValue) is not allowed here: use \(allowed)"), status: .methodNotAllowed)
            response.headers[.allow] = allowed
            return response
        case .unknownPath:
            throw ShippyError(.notFound, "no such path \(request.uri.path.quoted(limit: 80))")
        }
    }
}
