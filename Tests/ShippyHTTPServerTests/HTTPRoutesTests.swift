import HTTPTypes
import Hummingbird
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import Testing

@Suite struct HTTPRoutesTests {
    /// Answers with what it is asked for.
    private struct Echo: Sendable {
        func answer(_ call: HTTPCall) async throws -> Response {
            Response(.ok, json: Array("\(call.caller.actor) \(call.parameter)".utf8))
        }
    }

    private static let routes = HTTPRoutes<Echo>([
        HTTPRoute(.get, "/users", .listUsers, Echo.answer),
        HTTPRoute(.post, "/users", .signUp, Echo.answer),
        HTTPRoute(.patch, "/users/{id}", .updateUser, on: CallTarget.user, Echo.answer),
        HTTPRoute(.get, "/users/{id}", .getUser, on: CallTarget.user, Echo.answer),
        HTTPRoute(.get, "/users/me", .readMyself, query: ["after", "limit"], Echo.answer),
        HTTPRoute(.get, "/probe", .readLiveness, query: nil, Echo.answer),
        HTTPRoute(.post, "/users/{id}/disable", .disableUser, on: CallTarget.user, Echo.answer),
    ])

    /// The label and the parameter, or the methods that are allowed, or nothing.
    private func match(_ method: HTTPRequest.Method, _ path: String) -> [String] {
        let match = Self.routes.match(method, path)
        switch match {
        case .route(let route, let parameter):
            #expect(match.label == route.label)
            return [route.label, parameter]
        case .wrongMethod(let allowed):
            #expect(match.label == "other")
            return [allowed]
        case .options(let allowed):
            #expect(match.label == "other")
            return ["options", allowed]
        case .unknownPath:
            #expect(match.label == "other")
            return []
        }
    }

    @Test func aRouteIsFoundByMethodAndPath() {
        #expect(match(.get, "/users") == ["GET /users", ""])
        #expect(match(.post, "/users") == ["POST /users", ""])
        #expect(match(.get, "/users/7") == ["GET /users/{id}", "7"])
        #expect(match(.patch, "/users/7") == ["PATCH /users/{id}", "7"])
        #expect(match(.post, "/users/7/disable") == ["POST /users/{id}/disable", "7"])
        // A path that is written out comes first.
        #expect(match(.get, "/users/me") == ["GET /users/me", ""])
    }

    @Test(arguments: [
        ("a%40b.c", "a@b.c"), ("a%2Fdisable", "a/disable"), ("%zz", "%zz"), ("%ff", "%ff"), ("a+b", "a+b"), ("é", "é"), ("disable", "disable"),
        ("{id}", "{id}"),
    ])
    func aParameterIsDecodedOnceAndAfterThePathIsTakenApart(text: String, parameter: String) {
        #expect(match(.get, "/users/\(text)") == ["GET /users/{id}", parameter])
        #expect(match(.post, "/users/\(text)/disable") == ["POST /users/{id}/disable", parameter])
    }

    @Test(arguments: [
        "", "/", "/users/", "users", "/USERS", "/users//", "/users//disable", "/users/7/", "/users/7/enable", "/users/7/disable/",
        "/users/7/8/disable",
        "/x/users", "/users/7/disable?x", "/%75sers", "/user", "/users\u{301}/7",
    ])
    func nothingElseIsFound(path: String) {
        for method in [HTTPRequest.Method.get, .post, .patch] { #expect(match(method, path) == [], "\(method)") }
    }

    @Test func aWrongMethodIsToldTheRightOnes() async throws {
        #expect(match(.put, "/users") == ["GET, HEAD, OPTIONS, POST"])
        #expect(match(.delete, "/users/7") == ["GET, HEAD, OPTIONS, PATCH"])
        #expect(match(.get, "/users/7/disable") == ["OPTIONS, POST"])
        #expect(match(.head, "/users/7/disable") == ["OPTIONS, POST"])
        let response = try await answer(.put, "/users/7", token: nil)
        #expect(response.status == .methodNotAllowed)
        #expect(response.headers[.allow] == "GET, HEAD, OPTIONS, PATCH")
        let error = await #expect(throws: ShippyError.self) { try await answer(.get, "/nothing", token: "admin") }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("/nothing") ?? false)
    }

    /// The token is the ID of a user in the role user, or "admin".
    private static let gate = AccessGate(
        AccessRules(mode: .token, signUp: .closed),
        find: { target in
            guard case .user(let id) = target, id != "nobody" else { return nil }
            return AccessRules.Target(userID: id, role: .user)
        },
        authenticate: { credentials in
            guard let token = credentials.token else { return .anonymous(from: "") }
            return Caller(.user(id: token, session: ""), role: token == "admin" ? .admin : .user, address: "")
        })

    @Test func whateverAnswersGETAnswersHEAD() async throws {
        #expect(match(.head, "/users") == ["HEAD /users", ""])
        #expect(match(.head, "/users/7") == ["HEAD /users/{id}", "7"])
        #expect(try await answer(.head, "/users/7", token: "7").status == .ok)
        let error = await #expect(throws: ShippyError.self) { try await answer(.head, "/users/8", token: "7") }
        #expect(error?.code == .forbidden)
        #expect(Self.routes.all.allSatisfy { $0.method != .head })
    }

    @Test func theMethodsOfAPathCanBeAskedFor() async throws {
        #expect(match(.options, "/users/7") == ["options", "GET, HEAD, OPTIONS, PATCH"])
        let response = try await answer(.options, "/users", token: nil)
        #expect(response.status == .noContent)
        #expect(response.headers[.allow] == "GET, HEAD, OPTIONS, POST")
        let error = await #expect(throws: ShippyError.self) { try await answer(.options, "/nothing", token: nil) }
        #expect(error?.code == .notFound)
    }

    @Test(arguments: [
        ("/users/me?limt=5", #"unknown query parameter "limt": did you mean limit?"#),
        ("/users/me?limit=5&sort=name", #"unknown query parameter "sort": use after, limit"#),
        ("/users/me?limit", nil), ("/users/me?", nil), ("/users/me?limit=1&after=x", nil),
        ("/users/me?limit=1&limit=2", #"query parameter "limit" is given twice: send it once"#),
        ("/users?x=1", #"unknown query parameter "x": this call takes none"#),
        ("/probe?anything=1&anything=2", nil),
    ])
    func aQueryHasNothingThatTheRouteDoesNotKnow(path: String, message: String?) async throws {
        do {
            try await answer(.get, path, token: "admin")
            #expect(message == nil)
        } catch let error as ShippyError {
            #expect(error.code == .malformed)
            #expect(error.message == message)
        }
    }

    /// Others do not learn from it which parameters there are.
    @Test func whoeverMayNotIsToldThatFirst() async throws {
        let error = await #expect(throws: ShippyError.self) { try await answer(.get, "/users?x=1", token: "7") }
        #expect(error?.code == .forbidden)
    }

    @discardableResult
    private func answer(_ method: HTTPRequest.Method, _ path: String, token: String?) async throws -> Response {
        let request = Request(
            head: HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path), body: RequestBody(buffer: .init()))
        return try await Self.routes.answer(
            request, to: Self.routes.match(method, request.uri.path), by: Echo(), gate: Self.gate,
            credentials: PresentedCredentials(token: token, address: ""), requestID: "r")
    }

    @Test func aCallIsCheckedAgainstItsOperationAndItsUser() async throws {
        #expect(try await answer(.get, "/users/7", token: "7").status == .ok)
        #expect(try await answer(.get, "/users/8", token: "admin").status == .ok)
        for (path, token, code) in [
            ("/users/8", "7", ShippyError.Code.forbidden), ("/users/nobody", "7", .forbidden), ("/users", "7", .forbidden),
            ("/users/7", nil, .unauthenticated), ("/users/me", nil, .unauthenticated),
        ] {
            let error = await #expect(throws: ShippyError.self) { try await answer(.get, path, token: token) }
            #expect(error?.code == code, "\(path)")
        }
    }
}
