import EmbeddedEngines
import Foundation
import HTTPTypes
import ShippyAccess
import ShippyCore
import Testing

@testable import ShippyUsers

/// The pages that links in mails lead to, and the same over JSON.
@Suite struct LinkPagesTests {
    private static let form = "application/x-www-form-urlencoded"

    private func headers(_ headers: HTTPFields, _ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }

    @Test func aPageAllowsNothingButItsStyleAndItsForm() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        let (reset, confirm) = (try await service.link(.resetPassword, to: user), try await service.link(.confirmAddress, to: user))
        let pages = [
            try await service.answer(.get, "/password?token=\(reset)"), try await service.answer(.get, "/confirm?token=\(confirm)"),
            try await service.answer(.get, "/password"), try await service.answer(.get, "/confirm?token=x"),
            try await service.answer(.post, "/password", "token=\(reset)&password=short", contentType: Self.form),
            try await service.answer(.post, "/confirm", "nothing", contentType: Self.form),
        ]
        #expect(pages.map(\.status) == [200, 200, 410, 410, 422, 400])
        for page in pages {
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(headers(page.headers, "Referrer-Policy") == "same-origin")
            #expect(page.headers[.cacheControl] == "no-store")
            let policy = try #require(headers(page.headers, "Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
            #expect(policy.hasSuffix("'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"))
            #expect(page.body.hasPrefix("<!doctype html>\n<html lang=\"en\">\n") && page.body.contains(#"<meta name="viewport""#))
            for word in ["<script", "javascript", "style=", "onclick", "http://", "https://", "src="] {
                #expect(!page.body.contains(word), "\(word)")
            }
        }
        // Only where it is needed: in the form.
        #expect(pages[0].body.components(separatedBy: reset).count == 2 && pages[4].body.components(separatedBy: reset).count == 2)
        #expect(!pages[4].body.contains("short\""))
        await service.close()
    }

    @Test(arguments: [HTTPRequest.Method.get, .head])
    func lookingUsesNothingUp(method: HTTPRequest.Method) async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let (user, other) = (try await service.createUser(), try await service.createUser("bob@example.com"))
        let (reset, confirm) = (try await service.link(.resetPassword, to: user), try await service.link(.confirmAddress, to: other))
        let before = try await service.store.account(id: user.id)
        for _ in 0..<3 {
            #expect(try await service.answer(method, "/password?token=\(reset)").status == 200)
            #expect(try await service.answer(method, "/confirm?token=\(confirm)").status == 200)
        }
        // What the link is used with, in the wrong place.
        _ = try await service.answer(method, "/password?token=\(reset)&password=another+horse+battery")
        #expect(try await service.store.account(id: user.id) == before)
        #expect(try await service.answer(.post, "/confirm", "token=\(confirm)", contentType: Self.form).status == 200)
        #expect(try await service.answer(.post, "/password", "token=\(reset)&password=another+horse+battery", contentType: Self.form).status == 200)
        #expect(try await service.store.account(id: other.id)?.isConfirmed == true)
        #expect(try await service.logIn(password: "another horse battery").user == user)
        for (path, token) in [("/password", reset), ("/confirm", confirm)] {
            #expect(try await service.answer(method, "\(path)?token=\(token)").status == 410)
        }
        await service.close()
    }

    @Test func aFormThatWasNotAcceptedCanBeSentAgain() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.resetPassword, to: user)
        let refused = try await service.answer(.post, "/password", "token=\(token)&password=password1", contentType: Self.form)
        #expect(refused.status == 422)
        #expect(refused.body.contains("Password is one of the most common ones, which attackers try first: use another one."))
        #expect(refused.body.contains("aria-invalid=\"true\"") && refused.body.contains("value=\"ada@example.com\""))
        let tooLarge = try await service.answer(
            .post, "/password", "token=\(token)&password=\(String(repeating: "x", count: 5000))", contentType: Self.form)
        #expect(tooLarge.status == 413)
        #expect(try await service.answer(.post, "/password", "token=\(token)&password=correct+horse+b", contentType: "text/plain").status == 400)
        #expect(try await service.answer(.post, "/password", "token=\(token)&password=correct+horse+b", contentType: Self.form).status == 200)
        await service.close()
    }

    /// Addresses may contain what HTML gives a meaning to.
    @Test func valuesAreEscaped() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser("o'brien&sons@example.com")
        for purpose in LinkPurpose.allCases {
            let page = try await service.answer(.get, "\(purpose.path)?token=\(try await service.link(purpose, to: user))")
            #expect(page.status == 200 && page.body.contains("&amp;sons@example.com") && !page.body.contains("&sons"))
        }
        let evil = try await service.answer(.get, "/password?token=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        #expect(evil.status == 410 && !evil.body.contains("script"))
        await service.close()
    }

    @Test func programsUseLinksInJSON() async throws {
        let service = try await ServiceUnderTest(mode: .token)
        let user = try await service.createUser()
        for path in ["password-reset", "confirmation"] {
            for email in ["ada@example.com", "nobody@example.com"] {
                let answer = try await service.answer(.post, "/api/v1/auth/\(path)", #"{"email":"\#(email)"}"#)
                #expect(answer.status == 202 && answer.body == "{}\n")
            }
            for body in ["", "[]", "{}", #"{"email":1}"#] {
                #expect(try await service.answer(.post, "/api/v1/auth/\(path)", body).status == 400)
                #expect(try await service.answer(.post, "/api/v1/auth/\(path)/use", body).status == 400)
            }
        }
        let reset = try await service.link(.resetPassword, to: user)
        let weak = try await service.answer(.post, "/api/v1/auth/password-reset/use", #"{"token":"\#(reset)","password":"short"}"#)
        #expect(weak.status == 422 && weak.body.contains(#""field":"password""#) && !weak.body.contains(reset))
        let body = #"{"token":"\#(reset)","password":"another horse battery"}"#
        #expect(try await service.answer(.post, "/api/v1/auth/password-reset/use", body).status == 200)
        let again = try await service.answer(.post, "/api/v1/auth/password-reset/use", body)
        #expect(again.status == 401 && again.body.contains("the link is not valid any more: ask for another one") && !again.body.contains(reset))
        let other = try await service.createUser("bob@example.com")
        let confirm = #"{"token":"\#(try await service.link(.confirmAddress, to: other))"}"#
        #expect(try await service.answer(.post, "/api/v1/auth/confirmation/use", confirm).status == 200)
        #expect(try await service.answer(.post, "/api/v1/auth/confirmation/use", confirm).status == 401)
        #expect(try await service.store.account(id: other.id)?.isConfirmed == true)
        await service.close()
    }

    @Test func whileNoPasswordCanBeHashedThePageSaysSoAndKeepsTheLink() async throws {
        let service = try await ServiceUnderTest()
        let user = try await service.createUser()
        let token = try await service.link(.resetPassword, to: user)
        await service.users.close()
        let page = try await service.answer(.post, "/password", "token=\(token)&password=another+horse+battery", contentType: Self.form)
        #expect(page.status == 503 && page.headers[.contentType] == "text/html; charset=utf-8" && page.headers[.retryAfter] == "1")
        #expect(try await service.answer(.get, "/password?token=\(token)").status == 200)
        await service.close()
    }
}
