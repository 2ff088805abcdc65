import Foundation
import Glibc
import TestSupport
import Testing

/// Who may do what, with the real binary.
@Suite struct AccessTests {
    private static let password = "correct horse battery"

    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input, environment: environment)
    }

    private func createUser(_ email: String = "ada@example.com") async throws {
        #expect(try await shippy("user", "create", email, "--password-stdin", input: Self.password).status == 0)
    }

    /// - Returns: the access token and the refresh token.
    private func logIn(_ server: Server, _ email: String = "ada@example.com") async throws -> (access: String, refresh: String) {
        let reply = try await http.post(server.users, "/api/v1/auth/login", #"{"email":"\#(email)","password":"\#(Self.password)"}"#)
        #expect(reply.status == 200, "\(reply.body)")
        return (try #require(reply.json?["access_token"] as? String), try #require(reply.json?["refresh_token"] as? String))
    }

    @Test func onItsOwnMachineACommandNeedsNoLogin() async throws {
        let server = try await Server.start(home: home.path)
        try await createUser()
        for arguments in [
            ["user", "list"], ["session", "list"], ["token", "list"], ["key", "list"], ["audit", "list"], ["user", "get", "ada@example.com"],
        ] {
            let outcome = try await ShippyBinary.run(arguments, home: home.path)
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        }
        var status = stat()
        #expect(stat(home("secret"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        #expect(try await http.get(server.users, "/api/v1/users").status == 401)
        #expect(try await http.get(server.users, "/api/v1/users", token: server.token()).status == 200)
        try await server.stop()
        // The same without services.
        #expect(try await shippy("user", "list", "-o", "jsonl").lines.count == 1)
        #expect(try await shippy("key", "list", "-o", "jsonl").lines.count == 2)
    }

    @Test func theFirstAdministratorIsMadeByWhoeverHasTheSecret() async throws {
        let server = try await Server.start(home: home.path)
        try await createUser()
        let before = try await logIn(server)
        let asUser = ["SHIPPY_TOKEN": before.access]
        #expect(try await shippy("token", "list", environment: asUser).status == 77)
        #expect(try await shippy("user", "set-role", "ada@example.com", "admin", environment: asUser).status == 77)
        #expect(try await shippy("user", "set-role", "ada@example.com", "admin").status == 0)
        let token = try await logIn(server).access
        #expect(try await http.get(server.users, "/api/v1/auth/me", token: token).json?["roles"] as? [String] == ["admin"])
        #expect(try await shippy("token", "list", environment: ["SHIPPY_TOKEN": token]).status == 0)
        // The token of before says the old role, and is refused.
        try await eventually("the old token is refused", within: .seconds(10)) {
            try await http.get(server.users, "/api/v1/auth/me", token: before.access).status == 401
        }
        let audit = try await shippy("audit", "list", "-o", "jsonl").objects()
        #expect(audit.contains { $0["action"] as? String == "user.set-role" && $0["actor"] as? String == "owner" })
        try await server.stop()
    }

    @Test func whatIsRevokedOnOneServiceIsRefusedByTheOther() async throws {
        let first = try await Server.start(home: home.path)
        let second = try await Server.start(["serve", "users"], home: home.path)
        try await createUser()
        let login = try await logIn(first)
        #expect(try await http.get(second.users, "/api/v1/auth/me", token: login.access).status == 200)
        let session = try #require(try await shippy("session", "list", "ada@example.com", "-o", "jsonl").objects().first?["id"] as? String)
        #expect(try await shippy("session", "revoke", session).status == 0)
        for server in [first, second] {
            try await eventually("it is refused", within: .seconds(10)) {
                try await http.get(server.users, "/api/v1/auth/me", token: login.access).status == 401
            }
            #expect(try await http.post(server.users, "/api/v1/auth/refresh", #"{"refresh_token":"\#(login.refresh)"}"#).status == 401)
        }
        try await second.stop()
        try await first.stop()
    }

    @Test func withTokensEverythingButLivenessKeysAndLoginWantsOne() async throws {
        let server = try await Server.start(home: home.path, ["--access", "token"])
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com"}"#).status == 401)
        #expect(try await http.get(server.ops, "/health/live").status == 200)
        #expect(try await http.get(server.users, "/.well-known/jwks.json").status == 200)
        for path in ["/health/ready", "/metrics"] { #expect(try await http.get(server.ops, path).status == 401) }
        let created = try await shippy("token", "create", "scraper", "--role", "reader", "--expires", "1h")
        #expect(created.status == 0, "\(created.errors)")
        let token = try #require(created.lines.first)
        #expect(created.lines.count == 1 && token.hasPrefix("sht_"))
        for path in ["/health/ready", "/metrics"] { #expect(try await http.get(server.ops, path, token: token).status == 200) }
        #expect(try await http.get(server.users, "/api/v1/users", token: token).status == 200)
        #expect(
            try await http.post(server.users, "/create", #"{"email":"ada@example.com"}"#, headers: ["Authorization": "Bearer \(token)"]).status == 403
        )
        try await server.stop()
    }

    @Test func whoHasTheDatabaseAndNotTheSecretHasNothing() async throws {
        let server = try await Server.start(home: home.path)
        try await createUser()
        let login = try await logIn(server)
        let token = try #require(try await shippy("token", "create", "t", "--role", "admin", "--expires", "1h").lines.first)
        try await server.stop()
        let copy = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: home("shippy.db"), toPath: copy("shippy.db"))
        // The thief can do nothing with the keys: they start without them, and their installation knows no token of ours.
        try Database.execute(copy("shippy.db"), "DELETE FROM signing_keys")
        let thief = try await Server.start(home: copy.path)
        #expect(try await http.post(thief.users, "/api/v1/auth/refresh", #"{"refresh_token":"\#(login.refresh)"}"#).status == 401)
        #expect(try await http.get(thief.users, "/api/v1/auth/me", token: login.access).status == 401)
        let database = try Data(contentsOf: URL(fileURLWithPath: copy("shippy.db")))
        for secret in [token, login.refresh, login.access] { #expect(database.range(of: Data(secret.utf8)) == nil) }
        let own = try await ShippyBinary.run(["auth", "token"], home: copy.path).lines.first
        try await thief.stop()
        // What the thief has made is not accepted by the original.
        let original = try await Server.start(home: home.path)
        #expect(try await http.get(original.users, "/api/v1/users", token: own).status == 401)
        #expect(try await http.get(original.users, "/api/v1/auth/me", token: login.access).status == 200)
        try await original.stop()
    }

    @Test func noSecretIsInAnyOutput() async throws {
        let server = try await Server.start(home: home.path, ["--log-level", "trace"])
        try await createUser()
        let login = try await logIn(server)
        let token = try #require(try await shippy("token", "create", "t", "--role", "reader", "--expires", "1h").lines.first)
        _ = try await http.get(server.users, "/api/v1/users", token: token)
        _ = try await http.get(server.users, "/api/v1/users", token: token + "x")
        let next = try await http.post(server.users, "/api/v1/auth/refresh", #"{"refresh_token":"\#(login.refresh)"}"#)
        let refresh = try #require(next.json?["refresh_token"] as? String)
        let secret = try String(contentsOfFile: home("secret"), encoding: .utf8).trimmingCharacters(in: .newlines)
        var texts = [server.process.errors, try await http.get(server.ops, "/metrics").body]
        for arguments in [
            ["audit", "list"], ["session", "list"], ["token", "list"], ["key", "list"], ["events", "tail", "--all", "--at-end", "--headers"],
            ["config", "show"],
        ] {
            texts.append(try await ShippyBinary.run(arguments + ["-o", "json", "--log-level", "trace"], home: home.path).output)
        }
        for value in [Self.password, login.access, login.refresh, refresh, token, secret, "$2b$"] {
            #expect(texts.allSatisfy { !$0.contains(value) })
        }
        try await server.stop()
    }

    @Test func aLoginFromTheTerminalLastsOverCommands() async throws {
        let server = try await Server.start(home: home.path)
        try await createUser()
        let logged = try await shippy("auth", "login", "ada@example.com", "--password-stdin", input: Self.password)
        #expect(logged.status == 0, "\(logged.errors)")
        let status = try await shippy("auth", "status", "-o", "json")
        #expect(status.status == 0 && status.output.contains("ada@example.com"), "\(status.output)\(status.errors)")
        // Logged in as a user, the command may do what the user may, and no more.
        #expect(try await shippy("user", "list").status == 77)
        #expect(try await shippy("user", "get", "ada@example.com").status == 0)
        #expect(try await shippy("auth", "logout").status == 0)
        #expect(try await shippy("user", "list").status == 0)
        #expect(try await shippy("auth", "login", "ada@example.com", "--password-stdin", input: "wrong horse battery").status == 77)
        try await server.stop()
    }
}
