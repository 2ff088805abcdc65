import HTTPTypes
import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// `ETag`, `If-Match` and `If-None-Match` of a user.
@Suite struct RevisionTests {
    @Test func aChangeBasedOnAnEarlierRevisionIsRefused() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.token(.operator)
        let path = "/api/v1/users/\(user.id)"
        func tag(_ answer: (status: Int, headers: HTTPFields, body: String)) -> String? { answer.headers[.eTag] }
        #expect(tag(try await service.answer(.get, path, token: token)) == "\"1\"")

        let first = try await service.answer(.patch, path, #"{"name":"Ada"}"#, token: token, fields: [.ifMatch: "\"1\""])
        #expect(first.status == 200 && tag(first) == "\"2\"")
        for (method, end, body) in [
            (HTTPRequest.Method.patch, "", #"{"name":"Eve"}"#), (.post, "/disable", ""), (.post, "/enable", ""), (.delete, "", ""),
        ] {
            for field in ["\"1\"", "W/\"2\"", "2", "\"3\", \"1\"", ""] {
                let answer = try await service.answer(method, path + end, body, token: token, fields: [.ifMatch: field])
                #expect(answer.status == 412, "\(method) \(end) \(field)")
            }
        }
        #expect(try await service.users.user(user.id).user.name == "Ada")
        #expect(try await service.answer(.patch, path, "{}", token: token, fields: [.ifMatch: "*"]).status == 200)
        let disabled = try await service.answer(.post, "\(path)/disable", token: token, fields: [.ifMatch: "\"9\", \"2\""])
        #expect(disabled.status == 200 && tag(disabled) == "\"3\"")
        #expect(try await service.answer(.delete, path, token: token, fields: [.ifMatch: "\"3\""]).status == 204)
        #expect(try await service.answer(.delete, path, token: token, fields: [.ifMatch: "*"]).status == 404)
        await service.close()
    }

    @Test func aUserWhoHasNotChangedIsNotSentAgain() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.token(.reader)
        let path = "/api/v1/users/\(user.id)"
        for field in ["\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"] {
            let answer = try await service.answer(.get, path, token: token, fields: [.ifNoneMatch: field])
            #expect(answer.status == 304 && answer.body.isEmpty && answer.headers[.eTag] == "\"1\"", "\(field)")
        }
        for field in ["\"2\"", "1", "\"x\""] {
            #expect(try await service.answer(.get, path, token: token, fields: [.ifNoneMatch: field]).status == 200, "\(field)")
        }
        await service.close()
    }

    /// Of several at once with the same revision, one is carried out.
    @Test func oneOfSeveralChangesOfARevisionIsCarriedOut() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let users = service.users
        let owner = service.owner
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    let change = UserChange.details(email: nil, name: "Ada \(number)", company: nil)
                    return (try? await users.change(user.id, change, ifRevision: [1], by: owner, requestID: "r")) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
        #expect(try await service.users.user(user.id).revision == 2)
        await service.close()
    }
}
