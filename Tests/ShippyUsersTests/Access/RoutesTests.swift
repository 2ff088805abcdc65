import Foundation
import HTTPTypes
import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// Every route of the users service over HTTP.
@Suite struct RoutesTests {
    private static let methods: [HTTPRequest.Method] = [.get, .post, .patch, .delete]
    private static let paths = [
        "/create", "/api/v1/users", "/api/v1/users/ID", "/api/v1/users/ID/disable", "/api/v1/users/ID/enable", "/api/v1/auth/login",
        "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/auth/me", "/.well-known/jwks.json", "/api/v1/auth", "/api/v1/validate", "/rpc",
    ]

    /// All routes, found by asking for every path with every method.
    private static let routes = methods.flatMap { method in
        paths.compactMap { path -> (method: HTTPRequest.Method, path: String, route: UsersRoute)? in
            let route = UsersRoute(method: method, path: path)
            if case .wrongMethod = route { return nil }
            return (method, path, route)
        }
    }

    @Test func everyPathIsKnownAndSaysItsMethods() {
        #expect(Self.routes.count == 16)
        #expect(Self.routes.allSatisfy { $0.route != .unknown && $0.route.label != "other" })
        #expect(Set(Self.routes.map(\.route.label)).count == 16)
        #expect(UsersRoute(method: .put, path: "/api/v1/users/7") == .wrongMethod(allowed: "DELETE, GET, PATCH"))
        #expect(UsersRoute(method: .get, path: "/api/v1/users/7/enable") == .wrongMethod(allowed: "POST"))
        for path in ["/api/v1/users/7/other", "/api/v1/users/7/enable/8", "/api/v1/users/", "/api/v1", "/"] {
            #expect(UsersRoute(method: .get, path: path) == .unknown)
        }
    }

    /// A route without a rule would be open: each has an operation, but for the one whose body names it.
    @Test func everyRouteHasARule() {
        for (_, path, route) in Self.routes where path != "/rpc" { #expect(route.operation != nil, "\(path)") }
        for method in TutorialMethod.allCases { #expect(method.operation.rawValue.hasPrefix("tutorial.")) }
    }

    @Test(arguments: AccessRules.Mode.allCases, AccessRules.SignUp.allCases)
    func everyRouteAdmitsWhomTheTableAdmits(mode: AccessRules.Mode, signUp: AccessRules.SignUp) async throws {
        let service = try await ServiceUnderTest(mode: mode, signUp: signUp)
        // The subject of the calls has the smallest role, so that only the caller's counts.
        let owner = Caller(.owner, role: .admin, address: "")
        for (method, path, route) in Self.routes {
            guard let operation = route.operation else { continue }
            for role in [nil] + AccessRole.allCases {
                let subject = try await service.users.create(
                    CreateUser(email: "\(UUIDv7.next())@example.com"), by: owner, requestID: "r"
                ).user
                var token: String?
                if let role {
                    token = try await service.access.createToken(name: "t", role: role, lifetime: nil, by: owner, requestID: "r").text
                }
                let path = path.replacingOccurrences(of: "ID", with: subject.id)
                let answer = try await service.answer(method, path, "{}", token: token)
                let caller = Caller(.token(id: ""), role: role, address: "")
                let target = route.user == nil ? nil : AccessRules.Target(userID: subject.id, role: .user)
                var refusal: ShippyError?
                do {
                    try service.gate.rules.check(operation, by: role == nil ? .anonymous(from: "") : caller, on: target)
                } catch {
                    refusal = error
                }
                switch refusal?.code {
                case .unauthenticated:
                    #expect(answer.status == 401 && answer.headers[.wwwAuthenticate] == "Bearer", "\(method) \(path) \(String(describing: role))")
                case .forbidden: #expect(answer.status == 403, "\(method) \(path) \(String(describing: role))")
                default:
                    // It got as far as the request, whose body is empty.
                    #expect(answer.status != 403, "\(method) \(path) \(String(describing: role)): \(answer.body)")
                    let needsNothing = service.gate.rules.requirement(of: operation) == .nothing
                    #expect(answer.status != 401 || needsNothing, "\(method) \(path) \(String(describing: role)): \(answer.body)")
                }
            }
        }
        await service.close()
    }

    @Test func aUserSeesAndChangesOnlyThemselves() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let ada = try await service.createUser()
        let bob = try await service.createUser("bob@example.com")
        let token = try await service.logIn().accessToken
        #expect(try await service.answer(.get, "/api/v1/users/\(ada.id)", token: token).status == 200)
        #expect(try await service.answer(.get, "/api/v1/users/ada@example.com", token: token).status == 200)
        #expect(try await service.answer(.get, "/api/v1/users/\(bob.id)", token: token).status == 403)
        // Not even whether there is such a user.
        #expect(try await service.answer(.get, "/api/v1/users/nobody@example.com", token: token).status == 403)
        let renamed = try await service.answer(.patch, "/api/v1/users/\(ada.id)", #"{"name":"Ada"}"#, token: token)
        #expect(renamed.status == 200 && renamed.body.contains(#""name":"Ada""#))
        #expect(try await service.answer(.patch, "/api/v1/users/\(bob.id)", #"{"name":"Eve"}"#, token: token).status == 403)
        #expect(try await service.answer(.delete, "/api/v1/users/\(ada.id)", token: token).status == 403)
        #expect(try await service.users.user(bob.id).name == "")
        await service.close()
    }

    /// Whoever could change an administrator could become one.
    @Test func anOperatorChangesNoAdministrator() async throws {
        let service = try await ServiceUnderTest()
        let owner = Caller(.owner, role: .admin, address: "")
        let user = try await service.createUser()
        _ = try await service.users.change(user.id, .role(.admin), by: owner, requestID: "r")
        let token = try await service.access.createToken(name: "t", role: .operator, lifetime: nil, by: owner, requestID: "r").text
        for (method, path) in [(HTTPRequest.Method.patch, ""), (.delete, ""), (.post, "/disable"), (.post, "/enable")] {
            #expect(try await service.answer(method, "/api/v1/users/\(user.id)\(path)", #"{"email":"eve@example.com"}"#, token: token).status == 403)
        }
        #expect(try await service.users.user(user.id).email.description == "ada@example.com")
        // Somebody who is not there is not an administrator.
        #expect(try await service.answer(.delete, "/api/v1/users/nobody@example.com", token: token).status == 404)
        await service.close()
    }

    /// Between the check of the call and the change, the user may have got another role.
    @Test func aUserWhoHasBecomeAnAdministratorIsNotChanged() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        _ = try await service.users.change(user.id, .role(.admin), by: service.owner, requestID: "r")
        let admitted = Caller(.token(id: "t"), role: .operator, address: "")
        let changes: [UserChange] = [.password("another horse battery"), .details(email: "eve@example.com", name: nil, company: nil), .disable]
        for change in changes {
            let error = await #expect(throws: ShippyError.self) {
                _ = try await service.users.change(user.id, change, by: admitted, requestID: "r")
            }
            #expect(error?.code == .forbidden)
        }
        await #expect(throws: ShippyError.self) { _ = try await service.users.delete(user.id, by: admitted, requestID: "r") }
        #expect(try await service.users.user(user.id) == user)
        await service.close()
    }

    @Test func aLoginOverHTTPIsRefreshedAndEnded() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        func json(_ text: String) throws -> [String: Any] { try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]) }
        let credentials = #"{"email":"ada@example.com","password":"\#(ServiceUnderTest.password)"}"#
        let answer = try await service.answer(.post, "/api/v1/auth/login", credentials)
        #expect(answer.status == 200)
        #expect(answer.headers[.cacheControl] == "no-store")
        let login = try json(answer.body)
        #expect(login["token_type"] as? String == "Bearer")
        #expect(login["expires_in"] as? Int == 900)
        #expect((login["user"] as? [String: Any])?["id"] as? String == user.id)
        let token = try #require(login["access_token"] as? String)
        let me = try json(try await service.answer(.get, "/api/v1/auth/me", token: token).body)
        #expect(me["roles"] as? [String] == ["user"])
        #expect(me["email"] as? String == "ada@example.com")
        let refresh = try #require(login["refresh_token"] as? String)
        // An access token that is not valid any more does not keep its owner from a new one.
        let next = try await service.answer(.post, "/api/v1/auth/refresh", #"{"refresh_token":"\#(refresh)"}"#, token: "expired")
        #expect(next.status == 200)
        let nextRefresh = try #require(try json(next.body)["refresh_token"] as? String)
        #expect(try await service.answer(.post, "/api/v1/auth/logout", #"{"refresh_token":"\#(nextRefresh)"}"#).status == 204)
        #expect(try await service.answer(.post, "/api/v1/auth/refresh", #"{"refresh_token":"\#(nextRefresh)"}"#).status == 401)
        try await service.state.refresh()
        #expect(try await service.answer(.get, "/api/v1/auth/me", token: token).status == 401)
        #expect(try await service.answer(.post, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"x"}"#).status == 401)
        for body in ["", "[]", "{}", #"{"email":1,"password":"x"}"#] {
            #expect(try await service.answer(.post, "/api/v1/auth/login", body).status == 400)
        }
        await service.close()
    }

    @Test func thePublicKeysVerifyTheTokens() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let answer = try await service.answer(.get, "/.well-known/jwks.json")
        #expect(answer.status == 200)
        #expect(answer.headers[.cacheControl] == "public, max-age=300")
        let keys = try #require((JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])?["keys"] as? [[String: String]])
        #expect(keys.count == 2)
        #expect(keys.allSatisfy { $0["alg"] == "ES256" && $0["d"] == nil })
        await service.close()
    }
}
