import Foundation
import TestSupport
import Testing

/// An export of one installation, imported into another one.
@Suite struct WholeImportTests {
    private static let password = "correct horse battery"

    /// Users of every kind, exported into a file.
    private func exported(_ format: String, from home: TemporaryDirectory, to file: String) async throws -> Outcome {
        try await ShippyBinary.shell("umask 0; $shippy user export --with-password-hashes --format \(format) > \(file)", home: home.path)
    }

    @Test(arguments: ["jsonl", "csv"])
    func bothStoresGiveBackWhatTheyWereGiven(format: String) async throws {
        let (source, target, back) = (try TemporaryDirectory(), try TemporaryDirectory(), try TemporaryDirectory())
        func shippy(_ arguments: String..., input: String? = nil) async throws {
            let outcome = try await ShippyBinary.run(arguments, home: source.path, input: input)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try await shippy("user", "create", "ada@example.com", "--name", "=Ada, \"L\"", "--password-stdin", input: Self.password)
        try await shippy("user", "create", "bob@example.com", "--company", "'Öl\u{1b}[2J")
        try await shippy("user", "create", "carol@example.com")
        try await shippy("user", "set-role", "ada@example.com", "admin")
        try await shippy("user", "disable", "bob@example.com")

        let first = try await exported(format, from: source, to: source("users"))
        #expect(first.status == 0 && first.errors.contains("keep it secret"), "\(first.errors)")
        #expect(try FileManager.default.attributesOfItem(atPath: source("users"))[.posixPermissions] as? Int == 0o600)
        let text = try String(contentsOfFile: source("users"), encoding: .utf8)
        #expect(text.contains("$2b$"))

        // PostgreSQL, and from there into SQLite.
        let url = try await PostgresServer.shared.database()
        let server = try await Server.start(home: target.path, environment: ["SHIPPY_STORE": url])
        for (imported, environment, file) in [(target, ["SHIPPY_STORE": url], source("users")), (back, [:], target("users"))] {
            let outcome = try await ShippyBinary.run(["user", "import", file, "--keep-ids"], home: imported.path, environment: environment)
            #expect(outcome.status == 0 && outcome.output.contains(#/created +3\n/#), "\(outcome.output)\(outcome.errors)")
            let again = try await ShippyBinary.run(["user", "import", file, "--keep-ids"], home: imported.path, environment: environment)
            #expect(again.status == 0 && again.output.contains(#/already existed +3\n/#), "\(again.output)\(again.errors)")
            let export = try await ShippyBinary.shell(
                "$shippy user export --with-password-hashes --format \(format) > \(imported("users"))", home: imported.path, environment: environment)
            #expect(export.status == 0, "\(export.errors)")
            #expect(try String(contentsOfFile: imported("users"), encoding: .utf8) == text)
            let events = try await ShippyBinary.run(
                ["events", "tail", "--all", "--at-end", "-o", "jsonl"], home: imported.path, environment: environment)
            #expect(try events.objects().count == 3)
            #expect(try await ShippyBinary.run(["mail", "list", "-o", "jsonl"], home: imported.path, environment: environment).lines.isEmpty)
        }
        // The password is still the password.
        let login = try await HTTP().post(
            server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"\#(Self.password)"}"#)
        #expect(login.status == 200)
        try await server.stop()
        let audit = try await ShippyBinary.run(["audit", "list", "-o", "jsonl"], home: back.path).objects()
        #expect(
            audit.map { "\($0["action"] ?? "") \($0["detail"] ?? "")" }.suffix(2) == [
                "user.create via=command, id", "user.export password_hash",
            ])
        #expect(audit.contains { $0["detail"] as? String == "via=command, id, password_hash, role=admin" })
        #expect(audit.contains { $0["detail"] as? String == "via=command, id, state=disabled" })
    }

    @Test func hashesAreForWhoeverHasTheSecretAndNotForATerminal() async throws {
        let home = try TemporaryDirectory()
        let server = try await Server.start(home: home.path)
        #expect(try await ShippyBinary.run(["user", "create", "ada@example.com"], home: home.path).status == 0)
        try await server.stop()
        let other = try TemporaryDirectory()
        try ShippyBinary.makeSecret(other("secret"))
        for secret in [other("secret"), other("none")] {
            let refused = try await ShippyBinary.run(
                ["user", "export", "--with-password-hashes", "--secret-file", secret], home: home.path)
            #expect(refused.status != 0 && refused.output.isEmpty, "\(refused.errors)")
        }
        let terminal = try await Terminal("\(ShippyBinary.path) user export --with-password-hashes; echo status=$?", home: home.path)
        try await eventually("the refusal") { try await terminal.screen.contains("status=64") }
        #expect(try await terminal.screen.contains("password hashes are not shown on a terminal"))
        try await terminal.close()
    }

    @Test func aRowThatCannotBeKeptIsNamed() async throws {
        let home = try TemporaryDirectory()
        let lines = [
            #"{"email":"a@example.com","id":"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}"#, #"{"email":"b@example.com"}"#,
            #"{"email":"c@example.com","id":"0193d2f4-a87b-7000-a75f-3077a99bc7b9","password_hash":"$1$canary"}"#,
            #"{"email":"d@example.com","id":"0193d2f4-a87b-7000-a75f-3077a99bc7ba","password_hash":"$2b$31$canary8901234567890123456789012345678901234567890123"}"#,
            #"{"email":"e@example.com","id":"0193d2f4-a87b-7000-a75f-3077a99bc7bb","created_at":"2031-01-01T00:00:00Z"}"#,
            #"{"email":"f@example.com","id":"0193d2f4-a87b-7000-a75f-3077a99bc7bc","role":"canary"}"#,
            #"{"email":"g@example.com","id":"0193d2f4-a87b-7000-a75f-3077a99bc7bd","role":"reader","confirmed":true,"created_at":null}"#,
        ]
        for option in ["--dry-run", "--no-mail"] {
            let outcome = try await ShippyBinary.run(
                ["user", "import", "-", "--keep-ids", option], home: home.path, input: lines.joined(separator: "\n"))
            #expect(outcome.status == 65)
            #expect(!outcome.errors.contains("canary"))
            for (line, text) in [
                (1, "not a UUID of version 7"), (2, "id is missing"), (3, "not a bcrypt hash"), (4, "not a bcrypt hash"),
                (5, "created_at does not fit the ID"), (6, "role is not one of user, reader, operator, admin"),
            ] {
                #expect(outcome.errors.split(separator: "\n").contains { $0.hasPrefix("line \(line): ") && $0.contains(text) }, "\(outcome.errors)")
            }
            #expect(!outcome.errors.contains("line 7"))
        }
        let users = try await ShippyBinary.run(["user", "list", "-o", "csv", "--full"], home: home.path)
        #expect(
            users.output.replacing("\r\n", with: "\n") == """
                id,name,company,email,created_at,role,state,confirmed
                0193d2f4-a87b-7000-a75f-3077a99bc7bd,,,g@example.com,2024-12-17T04:51:09.563Z,reader,active,true

                """)
    }
}
