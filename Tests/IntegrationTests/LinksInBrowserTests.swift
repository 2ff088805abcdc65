import Foundation
import ShippyAccess
import ShippyCore
import TestSupport
import Testing

/// The pages that links in mails lead to, in a real browser.
///
/// With SHIPPY_TEST_PICTURES=DIR, it takes pictures of them.
@Suite struct LinksInBrowserTests {
    private static let password = "correct horse battery"
    private static let next = "another horse battery"

    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws { home = try TemporaryDirectory() }

    private func start(_ arguments: [String] = []) async throws -> (server: Server, user: User) {
        let server = try await Server.start(home: home.path, arguments)
        let outcome = try await ShippyBinary.run(
            ["user", "create", "ada@example.com", "--password-stdin", "-o", "json"], home: home.path, input: Self.password)
        let id = try #require(try outcome.objects().first?["id"] as? String, "\(outcome.errors)")
        return (server, User(id: id, name: "", company: "", email: EmailAddress(trusted: "ada@example.com"), createdAt: .now))
    }

    /// The page of a link as it would be mailed now.
    private func page(_ purpose: LinkPurpose, of user: User, on server: Server) throws -> String {
        let row = try #require(
            try Database.strings(
                home("shippy.db"), "SELECT confirmed || '|' || revision || '|' || COALESCE(password_hash, '') FROM users WHERE id = '\(user.id)'"
            ).first)
        let parts = row.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
        let account = Account(
            user: user, role: .user, isDisabled: false, isConfirmed: parts[0] == "1", passwordHash: String(parts[2]),
            revision: try #require(Int64(parts[1])))
        let secret = try AccessSecret.load(home("secret"))
        let url = try #require(PublicURL("http://\(server.users)"))
        return url.link(purpose, token: MailLink(purpose, for: account, at: .now, secret).token(for: user.email, secret))
    }

    private func isConfirmed() throws -> Bool { try Database.strings(home("shippy.db"), "SELECT confirmed FROM users") == ["1"] }

    private func logIn(_ server: Server, _ password: String) async throws -> Int {
        try await http.post(server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"\#(password)"}"#).status
    }

    private func picture(_ name: String) throws -> String {
        (ProcessInfo.processInfo.environment["SHIPPY_TEST_PICTURES"] ?? home.path) + "/\(name).png"
    }

    @Test(arguments: [(390, 844, false), (320, 568, true), (1280, 800, false), (1280, 800, true)])
    func aPersonSetsANewPassword(width: Int, height: Int, isDark: Bool) async throws {
        let (server, user) = try await start()
        let url = try page(.resetPassword, of: user, on: server)
        let name = "password-\(width)-\(isDark ? "dark" : "light")"
        let pages = try await Browser.use(
            width: width, height: height, isDark: isDark, .open(url), .picture(try picture("\(name)-1")), .try("button"),
            .type("#password", "short"), .try("button"), .open(url), .type("#password", "password1"), .press("button"),
            .picture(try picture("\(name)-2")),
            .type("#password", Self.next), .press("button"), .picture(try picture("\(name)-3")), .open(url), .picture(try picture("\(name)-4")))
        try #require(pages.count == 7)
        let (form, empty, short, again, refused, done, gone) = (pages[0], pages[1], pages[2], pages[3], pages[4], pages[5], pages[6])
        #expect(form.status == 200 && form.title == "Set a new password" && form.focus == "password")
        // The browser itself asks for a longer one, and sends nothing.
        for page in [empty, short] { #expect(page.url == url && !page.valid) }
        #expect(again.status == 200)
        #expect(refused.status == 422 && refused.text.contains("Password is one of the most common ones") && refused.title == form.title)
        #expect(done.status == 200 && done.title == "Your password is set" && !done.url.contains("token"))
        #expect(gone.status == 410 && gone.title == "This link is not valid any more")
        for page in pages { #expect(page.violations.isEmpty && !page.overflows, "\(page)") }
        #expect(Set(pages.map(\.background)) == [isDark ? "rgb(18, 22, 30)" : "rgb(243, 245, 249)"])
        #expect(form.buttonHeight >= 44)
        #expect(try await logIn(server, Self.next) == 200)
        #expect(try await logIn(server, Self.password) == 401)
        try await server.stop()
    }

    @Test func aPersonConfirmsTheirAddressWithAClick() async throws {
        let (server, user) = try await start()
        let url = try page(.confirmAddress, of: user, on: server)
        let looked = try await Browser.use(width: 390, height: 844, .open(url), .picture(try picture("confirm-1")), .open(url))
        #expect(looked.allSatisfy { $0.status == 200 && $0.title == "Confirm your address" && $0.text.contains("ada@example.com") })
        #expect(try !isConfirmed())
        let pages = try await Browser.use(
            width: 390, height: 844, .open(url), .press("button"), .picture(try picture("confirm-2")), .open(url), .picture(try picture("confirm-3")))
        #expect(pages.map(\.title) == ["Confirm your address", "Your address is confirmed", "This link is not valid any more"])
        #expect(pages.allSatisfy { $0.violations.isEmpty && !$0.overflows })
        #expect(try isConfirmed())
        try await server.stop()
    }

    @Test func whatFollowsLinksUsesNothingUpAndOfTwoFormsAtOnceOneCounts() async throws {
        let (server, user) = try await start()
        let url = try #require(URL(string: try page(.resetPassword, of: user, on: server)))
        let path = "\(url.path)?\(url.query ?? "")"
        for method in ["GET", "HEAD", "HEAD", "GET"] {
            let reply = try await http.post(server.users, path, "", method: method)
            #expect(reply.status == 200)
            #expect(reply.headers["referrer-policy"] == "same-origin" && reply.headers["x-content-type-options"] == "nosniff")
            #expect(reply.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        }
        let token = try #require(url.query?.dropFirst("token=".count))
        func submit(_ password: String, _ headers: [String: String] = [:]) async throws -> Int {
            let form = ["Content-Type": "application/x-www-form-urlencoded"].merging(headers) { $1 }
            return try await http.post(server.users, "/password", "token=\(token)&password=\(password)", headers: form).status
        }
        #expect(try await submit("horse+battery+9", ["Origin": "https://evil.example"]) == 403)
        #expect(try await submit("horse+battery+9", ["Sec-Fetch-Site": "cross-site", "Origin": "null"]) == 403)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<8 { group.addTask { try await submit("horse+battery+\(number)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 410, count: 7))
        var valid = 0
        for number in 0..<8 where try await logIn(server, "horse battery \(number)") == 200 { valid += 1 }
        #expect(valid == 1)
        try await server.stop()
    }

    @Test func thePublicURLsHostIsANameOfTheServer() async throws {
        let (server, _) = try await start(["--public-url", "https://accounts.example.com/shippy"])
        for (host, status) in [("accounts.example.com", 410), ("evil.example", 403)] {
            let connection = try RawConnection(server.users)
            try connection.send("GET /password HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            var text = ""
            try await eventually("an answer to \(host)") {
                text += connection.received()
                return text.contains("\r\n\r\n")
            }
            #expect(text.hasPrefix("HTTP/1.1 \(status) "), "\(text)")
        }
        try await server.stop()
    }

    @Test func noTokenOfALinkIsInAnyOutput() async throws {
        let (server, user) = try await start(["--log-level", "trace"])
        let url = try #require(URL(string: try page(.resetPassword, of: user, on: server)))
        let token = try #require(url.query?.dropFirst("token=".count).description)
        let broken = token.dropLast() + "x"
        let form = ["Content-Type": "application/x-www-form-urlencoded"]
        for token in [token, String(broken)] {
            _ = try await http.get(server.users, "/password?token=\(token)")
            _ = try await http.get(server.users, "/confirm?token=\(token)")
            _ = try await http.get(server.users, "/nothing?token=\(token)")
            _ = try await http.get(server.users, "/api/v1/users", token: token)
            _ = try await http.post(server.users, "/password", "token=\(token)&password=short", headers: form)
            _ = try await http.post(server.users, "/api/v1/auth/confirmation/use", #"{"token":"\#(token)"}"#)
        }
        #expect(try await http.post(server.users, "/password", "token=\(token)&password=another+horse+battery", headers: form).status == 200)
        let texts = [
            server.process.errors, try await http.get(server.ops, "/metrics").body,
            try await ShippyBinary.run(["audit", "list", "-o", "json", "--log-level", "trace"], home: home.path).output,
            try await ShippyBinary.run(["events", "tail", "--all", "--at-end", "--headers", "-o", "jsonl"], home: home.path).output,
        ]
        for value in [token.dropFirst(4).description, token.suffix(22).description, "another horse", "another+horse"] {
            #expect(texts.allSatisfy { !$0.contains(value) })
        }
        try await server.stop()
    }
}
