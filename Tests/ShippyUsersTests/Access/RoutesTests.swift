import Foundation
import HTTPTypes
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import Testing

@testable import ShippyUsers

/// Every route of the users service over HTTP.
@Suite struct RoutesTests {
    private static let routes = UsersHTTP.routes.all

    /// A route without a rule would be open: each has an operation, but for the one whose body names it.
    @Test func everyRouteHasARule() {
        #expect(Self.routes.count == 26)
        #expect(Self.routes.filter { $0.operation == nil }.map(\.label) == ["POST /rpc"])
        for method in TutorialMethod.allCases { #expect(method.operation.rawValue.hasPrefix("tutorial.")) }
    }

    /// A parameter of a path is always of a user, whom the rules must know.
    @Test func everyRouteAboutAUserNamesThemToTheRules() {
        for route in Self.routes { #expect(route.path.hasParameter == (route.target != nil), "\(route.label)") }
        for route in Self.routes where route.target != nil { #expect(route.target?("7") == .user("7")) }
    }

    @Test(arguments: AccessRules.Mode.allCases, AccessRules.SignUp.allCases)
    func everyRouteAdmitsWhomTheTableAdmits(mode: AccessRules.Mode, signUp: AccessRules.SignUp) async throws {
        let service = try await ServiceUnderTest(mode: mode, signUp: signUp)
        for route in Self.routes {
            guard let operation = route.operation else { continue }
            try await expectTheRule(of: operation, isAboutUser: route.target != nil, service) { subject, token in
                try await service.answer(route.method, route.path.text.replacing("{id}", with: subject.id), "{}", token: token)
            }
        }
        await service.close()
    }

    /// The body names the operation, and the user whom it is about.
    @Test(arguments: AccessRules.Mode.allCases, AccessRules.SignUp.allCases)
    func everyMethodOfTheTutorialAdmitsWhomTheTableAdmits(mode: AccessRules.Mode, signUp: AccessRules.SignUp) async throws {
        let service = try await ServiceUnderTest(mode: mode, signUp: signUp)
        for method in TutorialMethod.allCases {
            try await expectTheRule(of: method.operation, isAboutUser: method == .get, service) { subject, token in
                let body = #"{"service":"shippy.auth","method":"Auth.\#(method.rawValue)","request":{"id":"\#(subject.id)"}}"#
                return try await service.answer(.post, "/rpc", body, token: token)
            }
        }
        await service.close()
    }

    /// Calls as nobody, and with a token of each role, about a user in the smallest role, so that only the caller's counts.
    private func expectTheRule(
        of operation: AccessOperation, isAboutUser: Bool, _ service: ServiceUnderTest,
        _ call: (_ subject: User, _ token: String?) async throws -> (status: Int, headers: HTTPFields, body: String)
    ) async throws {
        for role in [nil] + AccessRole.allCases {
            let request = CreateUser(email: "\(UUIDv7.next())@example.com")
            let subject = try await service.users.create(request, by: service.owner, requestID: "r").user
            var token: String?
            if let role {
                token = try await service.access.createToken(name: "t", role: role, lifetime: nil, by: service.owner, requestID: "r").text
            }
            let answer = try await call(subject, token)
            let what = "\(operation) by \(role?.rawValue ?? "nobody"), \(service.gate.rules): \(answer.status) \(answer.body)"
            do {
                let caller = role == nil ? Caller.anonymous(from: "") : Caller(.token(id: ""), role: role, address: "")
                try service.gate.rules.check(operation, by: caller, on: isAboutUser ? AccessRules.Target(userID: subject.id, role: .user) : nil)
            } catch {
                #expect(answer.status == (error.code == .unauthenticated ? 401 : 403), "\(what)")
                if error.code == .unauthenticated { #expect(answer.headers[.wwwAuthenticate] == "Bearer", "\(what)") }
                continue
            }
            // It got as far as the request, which may contain a wrong credential of its own.
            #expect(![403, 404, 405, 500].contains(answer.status), "\(what)")
            #expect(answer.status != 401 || service.gate.rules.requirement(of: operation) == .nothing, "\(what)")
        }
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
        #expect(try await service.users.user(bob.id).user.name == "")
        await service.close()
    }

    @Test func overTheTutorialsInterfaceAUserSeesOnlyThemselves() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let ada = try await service.createUser()
        let bob = try await service.createUser("bob@example.com")
        let token = try await service.logIn().accessToken
        func status(_ request: String) async throws -> Int {
            try await service.answer(.post, "/rpc", #"{"method":"UserService.Get","request":\#(request)}"#, token: token).status
        }
        #expect(try await status(#"{"id":"\#(ada.id)"}"#) == 200)
        #expect(try await status(#"{"email":"ada@example.com"}"#) == 200)
        #expect(try await status(#"{"id":"\#(bob.id)"}"#) == 403)
        // The ID decides, also for the answer.
        #expect(try await status(#"{"id":"\#(bob.id)","email":"ada@example.com"}"#) == 403)
        #expect(try await status("{}") == 403)
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
        #expect(try await service.users.user(user.id).user.email.description == "ada@example.com")
        // Somebody who is not there is not an administrator.
        #expect(try await service.answer(.delete, "/api/v1/users/nobody@example.com", token: token).status == 404)
        await service.close()
    }

    /// Between the check of the call and the change, the user may have got another role.
    @Test func aUserWhoHasBecomeAnAdministratorIsNotChanged() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        _ = try await service.users.change(user.id, .role(.admin), by: service.owner, requestID: "r")
        let token = try await service.access.createToken(name: "t", role: .operator, lifetime: nil, by: service.owner, requestID: "r")
        let admitted = try await service.caller(token.text)
        let changes: [UserChange] = [.password("another horse battery"), .details(email: "eve@example.com", name: nil, company: nil), .disable]
        for change in changes {
            let error = await #expect(throws: ShippyError.self) {
                _ = try await service.users.change(user.id, change, by: admitted, requestID: "r")
            }
            #expect(error?.code == .forbidden)
        }
        await #expect(throws: ShippyError.self) { _ = try await service.users.delete(user.id, by: admitted, requestID: "r") }
        #expect(try await service.users.user(user.id).user == user)
        await service.close()
    }

    @Test func aProgramLearnsWhoItIs() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let created = try await service.access.createToken(name: "ci", role: .reader, lifetime: .seconds(60), by: service.owner, requestID: "r")
        let answer = try await service.answer(.get, "/api/v1/auth/me", token: created.text)
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix(#"{"actor":"token:\#(created.token.id)","role":"reader","roles":["reader"]}"#))
        #expect(try await service.answer(.get, "/api/v1/auth/me").status == 401)
        // Over gRPC, with the token's name and end.
        let program = Caller(.token(id: created.token.id), role: .reader, address: "")
        let status = try await AccessCaller(service.access, users: service.users, caller: program).whoAmI()
        #expect(status.name == "ci" && status.expiresAt != nil && status.actor == "token:\(created.token.id)" && status.role == .reader)
        let user = try await service.createUser()
        let token = try await service.caller(service.logIn().accessToken)
        let person = try await AccessCaller(service.access, users: service.users, caller: token).whoAmI()
        #expect(person.actor == "user:\(user.id)" && person.name == "ada@example.com" && person.expiresAt != nil)
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
        #expect(me["actor"] as? String == "user:\(user.id)" && me["role"] as? String == "user")
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

    /// What the tutorials' clients send besides is ignored, as it always was.
    @Test(arguments: [
        ("POST", "/api/v1/users", #"{"email":"eve@example.com","nmae":"Eve"}"#, #"unknown field \"nmae\": did you mean name?"#),
        ("POST", "/api/v1/users", #"{"email":"eve@example.com","NAME":"Eve"}"#, #"unknown field \"NAME\": did you mean name?"#),
        ("POST", "/api/v1/users", #"{"email":"eve@example.com","admin":"yes"}"#, #"unknown field \"admin\": use email, name, company, password"#),
        ("POST", "/create", #"{"emial":"eve@example.com"}"#, #"unknown field \"emial\": did you mean email?"#),
        ("PATCH", "/api/v1/users/ada@example.com", #"{"compnay":"x"}"#, #"unknown field \"compnay\": did you mean company?"#),
        ("POST", "/api/v1/auth/login", #"{"email":"ada@example.com","pasword":"x"}"#, "did you mean password?"),
        ("POST", "/api/v1/auth/refresh", #"{"refreshtoken":"x"}"#, "did you mean refresh_token?"),
        ("POST", "/api/v1/auth/logout", #"{"refresh_token":"x","all":true}"#, "use refresh_token"),
        ("POST", "/api/v1/auth/password-reset", #"{"mail":"ada@example.com"}"#, "did you mean email?"),
        ("POST", "/api/v1/auth/password-reset/use", #"{"token":"x","passwort":"y"}"#, "did you mean password?"),
        ("POST", "/api/v1/auth/confirmation", #"{"email":"ada@example.com","x":1}"#, "use email"),
        ("POST", "/api/v1/auth/confirmation/use", #"{"tokn":"x"}"#, "did you mean token?"),
        ("GET", "/api/v1/users?emial=ada@example.com", "", #"unknown query parameter \"emial\": did you mean email?"#),
    ])
    func whatARequestDoesNotHaveIsRefused(method: String, path: String, body: String, message: String) async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        let token = try await service.access.createToken(name: "t", role: .operator, lifetime: nil, by: service.owner, requestID: "r").text
        let answer = try await service.answer(try #require(HTTPRequest.Method(rawValue: method)), path, body, token: token)
        #expect(answer.status == 400)
        #expect(answer.body.contains(message), "\(answer.body)")
        #expect(try await service.users.users(.all, after: nil, limit: 10).count == 1)
        await service.close()
    }

    @Test func whatTheTutorialsClientsSendBesidesIsIgnored() async throws {
        let service = try await ServiceUnderTest()
        try await service.createUser()
        for (path, body) in [
            ("/api/v1/auth", #"{"email":"ada@example.com","password":"\#(ServiceUnderTest.password)","authenticated":false}"#),
            ("/rpc", #"{"service":"shippy.auth","endpoint":"Auth.Create","method":"Auth.Create","request":{"email":"bob@example.com","err":""}}"#),
        ] {
            let answer = try await service.answer(.post, path, body)
            #expect(answer.status == 200 || answer.body.contains("HS256"), "\(answer.body)")
        }
        await service.close()
    }

    @Test func aUserIsFoundByAddress() async throws {
        let service = try await ServiceUnderTest()
        let ada = try await service.createUser()
        let bob = try await service.createUser("bob")
        let token = try await service.access.createToken(name: "t", role: .reader, lifetime: nil, by: service.owner, requestID: "r").text
        for (query, ids) in [
            ("email=ada@example.com", [ada.id]), ("email=ADA%40Example.com", [ada.id]), ("email=bob", [bob.id]), ("email=eve@example.com", []),
            ("email=", []), ("email=\(ada.id)", []), ("email=a%20b", []), ("email=ada@example.com&limit=1", [ada.id]),
            ("email=ada@example.com&after=\(ada.id)", []), ("email=bob&after=\(ada.id)", [bob.id]), ("limit=1", [ada.id]), ("", [ada.id, bob.id]),
        ] {
            let answer = try await service.answer(.get, "/api/v1/users?\(query)", token: token)
            let users = try #require(JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]], "\(answer.body)")
            #expect(answer.status == 200)
            #expect(users.map { $0["id"] as? String } == ids, "\(query)")
        }
        #expect(try await service.answer(.get, "/api/v1/users?email=bob&limit=0", token: token).status == 422)
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
