import Foundation
import ShippyCore
import TestSupport
import Testing

/// From the wish for a new password to the login with it, as users and operators go about it.
@Suite struct LinkTests {
    private static let password = "correct horse battery"
    private static let next = "another horse battery"

    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws { home = try TemporaryDirectory() }

    private func shippy(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input, environment: environment)
    }

    private func createUser(_ email: String = "ada@example.com") async throws {
        #expect(try await shippy("user", "create", email, "--password-stdin", input: Self.password).status == 0)
    }

    /// The texts of the mails to an address with this subject that have been sent.
    private func mails(_ subject: String, to email: String) throws -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: home("mail/new"))) ?? []
        return try files.sorted().compactMap { file in
            let message = try String(contentsOfFile: home("mail/new/\(file)"), encoding: .utf8)
            guard message.contains("Subject: \(subject)\r\n"), message.contains("\r\nTo: \(email)\r\n") else { return nil }
            return MailParts.bodies(of: message).first
        }
    }

    /// The path of the link in a mail, with its token.
    private func path(in mail: String, under url: String = "http://127.0.0.1:0") throws -> String {
        let line = try #require(mail.split(separator: "\n").first { $0.hasPrefix(url) }, "\(mail)")
        return String(line.dropFirst(url.count))
    }

    private func post(_ server: Server, _ path: String, _ form: String) async throws -> Int {
        try await http.post(server.users, path, form, headers: ["Content-Type": "application/x-www-form-urlencoded"]).status
    }

    private func logIn(_ server: Server, _ password: String) async throws -> Int {
        try await http.post(server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"\#(password)"}"#).status
    }

    private func actions() async throws -> [String] {
        try await shippy("audit", "list", "-o", "jsonl").objects().compactMap { $0["action"] as? String }
    }

    @Test func aUserWhoForgotTheirPasswordSetsANewOne() async throws {
        let server = try await Server.start(home: home.path, ["--access", "token", "--public-url", "https://accounts.example.com/shippy"])
        try await createUser()
        for email in ["ada@example.com", "nobody@example.com"] {
            let reply = try await http.post(server.users, "/api/v1/auth/password-reset", #"{"email":"\#(email)"}"#)
            #expect(reply.status == 202 && reply.body == "{}\n")
        }
        let mail = try await eventually("the mail") { try mails("Set a new password", to: "ada@example.com").first }
        let path = try path(in: mail, under: "https://accounts.example.com/shippy")
        let token = try #require(path.components(separatedBy: "/password?token=").last)
        // A filter of mails follows the link.
        for _ in 0..<2 { #expect(try await http.get(server.users, path).status == 200) }
        #expect(try await http.get(server.users, "/api/v1/auth/me", token: token).status == 401)
        #expect(try await post(server, "/password", "token=\(token)&password=another+horse+battery") == 200)
        #expect(try await post(server, "/password", "token=\(token)&password=another+horse+battery") == 410)
        #expect(try await logIn(server, Self.next) == 200)
        #expect(try await logIn(server, Self.password) == 401)
        _ = try await eventually("the user is told") { try mails("Your password was changed", to: "ada@example.com").first }
        #expect(try mails("Set a new password", to: "nobody@example.com").isEmpty)
        #expect(try await actions().contains("user.reset-password"))
        try await server.stop()
    }

    @Test func aChangeOfTheAddressIsToldAtBothAndConfirmedAtTheNewOne() async throws {
        let server = try await Server.start(home: home.path)
        try await createUser()
        #expect(try await shippy("user", "update", "ada@example.com", "--email", "ada@lovelace.example").status == 0)
        let old = try await eventually("the mail to the old address") {
            try mails("The address of your account was changed", to: "ada@example.com").first
        }
        #expect(!old.contains("token="))
        let new = try await eventually("the mail to the new address") {
            try mails("The address of your account was changed", to: "ada@lovelace.example").first
        }
        let path = try path(in: new)
        #expect(try await http.get(server.users, path).body.contains("ada@lovelace.example"))
        #expect(try await post(server, "/confirm", "token=\(try #require(path.components(separatedBy: "token=").last))") == 200)
        #expect(try Database.strings(home("shippy.db"), "SELECT confirmed FROM users") == ["1"])
        try await server.stop()
    }

    @Test func operatorsAndUsersMailLinksFromTheTerminal() async throws {
        let server = try await Server.start(home: home.path)
        try await createUser()
        let reset = try await shippy("user", "reset-password", "ada@example.com", "-o", "json")
        #expect(reset.status == 0, "\(reset.errors)")
        #expect(try reset.objects().first?["email"] as? String == "ada@example.com")
        _ = try await eventually("the mail") { try mails("Set a new password", to: "ada@example.com").first }
        // Without being logged in, and without learning whether there is such a user.
        for email in ["ada@example.com", "nobody@example.com"] {
            let asked = try await shippy("auth", "reset-password", email)
            #expect(asked.status == 0 && asked.output.isEmpty)
            #expect(asked.errors == "shippy: if there is a user \(email), they get a mail with a link\n")
        }
        _ = try await eventually("the second mail") { try mails("Set a new password", to: "ada@example.com").count == 2 }
        #expect(try await shippy("user", "confirm", "nobody@example.com").status == 66)
        #expect(try await shippy("user", "confirm", "ada@example.com").status == 0)
        let mail = try await eventually("the mail") { try mails("Please confirm your address", to: "ada@example.com").first }
        #expect(try await post(server, "/confirm", "token=\(try #require(path(in: mail).components(separatedBy: "token=").last))") == 200)
        let again = try await shippy("user", "confirm", "ada@example.com")
        #expect(again.status == 65 && again.errors.contains("is confirmed already"), "\(again.errors)")
        // Users may for themselves, and for nobody else.
        try await createUser("bob@example.com")
        let login = try await http.post(server.users, "/api/v1/auth/login", #"{"email":"bob@example.com","password":"\#(Self.password)"}"#)
        let bob = ["SHIPPY_TOKEN": try #require(login.json?["access_token"] as? String)]
        #expect(try await shippy("user", "reset-password", "ada@example.com", environment: bob).status == 77)
        #expect(try await shippy("user", "confirm", "bob@example.com", environment: bob).status == 0)
        try await server.stop()
    }

    /// The command sends its mail itself. The link works once services run.
    @Test func whereNothingRunsACommandMailsTheLinkItself() async throws {
        try await createUser()
        let sent = try await shippy("user", "reset-password", "ada@example.com")
        #expect(sent.status == 0 && sent.errors.contains("this command runs the services itself"), "\(sent.errors)")
        let mail = try #require(try mails("Set a new password", to: "ada@example.com").first)
        let server = try await Server.start(home: home.path)
        let token = try #require(path(in: mail, under: "http://127.0.0.1:8081").components(separatedBy: "token=").last)
        #expect(try await post(server, "/password", "token=\(token)&password=another+horse+battery") == 200)
        #expect(try await logIn(server, Self.next) == 200)
        try await server.stop()
        #expect(try await shippy("auth", "reset-password", "ada@example.com").status == 0)
        #expect(try mails("Set a new password", to: "ada@example.com").count == 2)
    }

    @Test func whereOthersCanConnectTheServicesAskWhereLinksLead() async throws {
        let open = ["--users-http", "0.0.0.0:0", "--allow-insecure"]
        let server = try await Server.start(home: home.path, open)
        try await server.stop()
        #expect(server.process.errors.contains("set --public-url"), "\(server.process.errors)")
        let named = try await Server.start(home: home.path, open + ["--public-url", "https://accounts.example.com"])
        try await named.stop()
        #expect(!named.process.errors.contains("--public-url"))
    }
}
