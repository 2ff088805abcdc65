import Foundation
import HTTPTypes
import ShippyAccess
import ShippyCore
import ShippyRPC
import Testing

@testable import ShippyUsers

/// What the go-micro tutorial's gateway and user interface send.
@Suite struct TutorialUsersTests {
    private func json(_ text: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func claims(_ token: String) throws -> [String: Any] {
        var text = token.split(separator: ".")[1].replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        let bytes = try #require(Data(base64Encoded: text))
        return try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }

    @Test func theGatewaysPathsGiveAndValidateATokenOfAUser() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let body = #"{"email":"ada@example.com","password":"\#(ServiceUnderTest.password)"}"#
        let token = try #require(try json(try await service.answer(.post, "/api/v1/auth", body).body)["token"] as? String)
        let said = try claims(token)
        #expect((said["User"] as? [String: Any])?["id"] as? String == user.id)
        #expect((said["User"] as? [String: Any])?["password"] == nil)
        let valid = try json(try await service.answer(.post, "/api/v1/validate", #"{"token":"\#(token)"}"#).body)
        #expect(valid["valid"] as? Bool == true)
        await service.close()
    }

    /// A client that looks only at the error must not let anyone in.
    @Test(arguments: ["", "wrong", "a.b.c"])
    func aTokenThatIsNotValidIsAnError(token: String) async throws {
        let service = try await ServiceUnderTest()
        let answer = try await service.answer(.post, "/api/v1/validate", #"{"token":"\#(token)"}"#)
        #expect(answer.status == 401)
        #expect(!answer.body.contains("valid\":"))
        await service.close()
    }

    @Test func aTokenOfAProgramIsNoUsers() async throws {
        let service = try await ServiceUnderTest()
        let token = try await service.access.createToken(name: "t", role: .admin, lifetime: nil, by: service.stranger, requestID: "r").text
        #expect(try await service.answer(.post, "/api/v1/validate", #"{"token":"\#(token)"}"#).status == 401)
        await service.close()
    }

    @Test func theUserInterfaceCallsByName() async throws {
        let service = try await ServiceUnderTest()
        func call(_ method: String, _ request: String) async throws -> (status: Int, body: [String: Any]) {
            let answer = try await service.answer(.post, "/rpc", #"{"service":"shippy.auth","method":"\#(method)","request":\#(request)}"#)
            return (answer.status, try json(answer.body))
        }
        let created = try await call("Auth.Create", #"{"email":"ada@example.com","password":"\#(ServiceUnderTest.password)","name":"Ada"}"#)
        #expect((created.body["user"] as? [String: Any])?["name"] as? String == "Ada")
        #expect((created.body["token"] as? [String: Any])?["token"] is String)
        let auth = try await call("Auth.Auth", #"{"email":"ada@example.com","password":"\#(ServiceUnderTest.password)"}"#)
        #expect(auth.body["token"] is String)
        #expect(try await call("Auth.Auth", #"{"email":"ada@example.com","password":"wrong"}"#).status == 401)
        #expect((try await call("UserService.GetAll", "{}").body["users"] as? [Any])?.count == 1)
        #expect(try await call("Auth.Drop", "{}").status == 404)
        #expect(try await service.answer(.post, "/rpc", "{}").status == 400)
        await service.close()
    }

    @Test func withASharedKeyTokensAreTheTutorials() async throws {
        let service = try await ServiceUnderTest(sharedKey: "0123456789abcdef0123456789abcdef")
        try await service.createUser()
        let body = #"{"email":"ada@example.com","password":"\#(ServiceUnderTest.password)"}"#
        let token = try #require(try json(try await service.answer(.post, "/api/v1/auth", body).body)["token"] as? String)
        #expect(token.hasPrefix("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."))
        #expect(try claims(token)["iss"] as? String == "go.micro.srv.user")
        #expect(try await service.caller(token).role == .user)
        let other = try await ServiceUnderTest()
        await #expect(throws: ShippyError.invalidToken) { _ = try await other.caller(token) }
        await other.close()
        await service.close()
    }
}
