import Foundation
import HTTPTypes
import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// `GET /api/v1/users` with parameters.
@Suite struct UserListTests {
    @Test func parametersNarrowAList() async throws {
        let service = try await ServiceUnderTest()
        var users: [User] = []
        for (email, name) in [("ada@example.com", "Ada Lovelace"), ("bob@example.com", "Bob"), ("lov@x.example", "")] {
            users.append(try await service.users.create(CreateUser(email: email, name: name), by: service.owner, requestID: "r").user)
        }
        _ = try await service.users.change(users[1].id, .disable, by: service.owner, requestID: "r")
        let reader = try await service.token(.reader)
        func listed(_ query: String) async throws -> [String] {
            let answer = try await service.answer(.get, "/api/v1/users\(query)", "", token: reader)
            #expect(answer.status == 200, "\(query): \(answer.body)")
            let objects = try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [[String: Any]])
            let emails = users.map(\.email.description)
            return objects.compactMap { $0["email"] as? String }.filter(emails.contains).map { String($0.prefix(3)) }
        }
        #expect(try await listed("") == ["ada", "bob", "lov"])
        #expect(try await listed("?match=LOV") == ["ada", "lov"])
        #expect(try await listed("?match=love%20ada") == ["ada"])
        #expect(try await listed("?newest=true&match=lov") == ["lov", "ada"])
        #expect(try await listed("?newest&limit=1000") == ["lov", "bob", "ada"])
        #expect(try await listed("?newest=false&after=\(users[0].id)") == ["bob", "lov"])
        #expect(try await listed("?email=ADA@example.com") == ["ada"])
        #expect(try await listed("?email=ada@example.com&match=bob") == [])
        #expect(try await listed("?email=nobody@example.com") == [])
        #expect(try await listed("?state=disabled") == ["bob"])
        #expect(try await listed("?role=user&state=active") == ["ada", "lov"])
        let (before, after) = (users[0].createdAt - .seconds(1), users[2].createdAt + .seconds(1))
        #expect(try await listed("?since=\(before)&until=\(after)") == ["ada", "bob", "lov"])
        #expect(try await listed("?since=\(after)") == [])
        #expect(try await listed("?until=\(before)") == [])
        await service.close()
    }

    @Test func whoMaySeeThemIsToldRoleAndStateOnRequest() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        let token = try await service.logIn().accessToken
        func body(_ path: String, _ token: String) async throws -> String {
            String(try await service.answer(.get, "/api/v1/users\(path)", token: token).body.split(separator: "\n")[0])
        }
        let plain = String(decoding: user.json, as: UTF8.self)
        let full = plain.dropLast() + #","role":"user","state":"active","confirmed":false}"#
        #expect(try await body("/\(user.id)", token) == plain)
        #expect(try await body("/\(user.id)?full=false", token) == plain)
        #expect(try await body("/\(user.id)?full=true", token) == full)
        let reader = try await service.token(.reader)
        #expect(try await body("?full=true", reader) == "[\(full)]")
        #expect(try await body("", reader) == "[\(plain)]")
        #expect(try await service.answer(.get, "/api/v1/users/\(user.id)?full=x", token: token).status == 422)
        #expect(try await service.answer(.get, "/api/v1/users/\(user.id)?fll=true", token: token).status == 400)
        await service.close()
    }

    @Test(arguments: [
        "full=yes", "match=", "match=%20", "newest=yes", "since=yesterday", "until=1", "state=away", "role=king", "limit=x", "limit=1001",
    ])
    func aParameterThatIsNotUnderstoodIsRefused(query: String) async throws {
        let service = try await ServiceUnderTest()
        let answer = try await service.answer(.get, "/api/v1/users?\(query)", "", token: try await service.token(.reader))
        #expect(answer.status == 422 || answer.status == 400)
        let field = (try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])?["field"] as? String
        #expect(field == query.split(separator: "=").first.map(String.init))
        await service.close()
    }
}
