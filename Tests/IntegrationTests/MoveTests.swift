import Foundation
import Glibc
import TestSupport
import Testing

/// `shippy move`, as somebody runs it who grows onto PostgreSQL, or comes back.
@Suite struct MoveTests {
    private static let password = "correct horse battery"

    private let files: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        files = try TemporaryDirectory()
    }

    private var home: String { files("home") }

    private func shippy(
        _ arguments: String..., in home: String, input: String? = nil, environment: [String: String] = [:]
    ) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home, input: input, environment: environment)
    }

    private func logIn(_ server: Server) async throws -> HTTP.Reply {
        try await http.post(server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"\#(Self.password)"}"#)
    }

    /// Users, of whom one has a password and a session, mails that wait, and a token.
    private func fill(_ home: String) async throws {
        let server = try await Server.start(home: home, ["--mailer", "smtp://127.0.0.1:1?tls=none"])
        #expect(try await shippy("user", "create", "ada@example.com", "--password-stdin", in: home, input: Self.password).status == 0)
        #expect(try await logIn(server).status == 200)
        let rows = (0..<500).map { "u\($0)@example.com,User \($0)\n" }.joined()
        try ("email,name\n" + rows).write(toFile: files("users.csv"), atomically: true, encoding: .utf8)
        #expect(try await shippy("user", "import", files("users.csv"), in: home).status == 0)
        #expect(try await shippy("token", "create", "ci", "--role", "reader", "--expires", "1d", in: home).status == 0)
        try await eventually("all mails are there") {
            try Database.strings("\(home)/shippy.db", "SELECT count(*) FROM mails") == ["501"]
        }
        #expect(try await server.stop() == 0)
    }

    private func list(_ what: String..., in home: String, environment: [String: String] = [:]) async throws -> [String] {
        let outcome = try await ShippyBinary.run(what + ["-o", "jsonl"], home: home, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.lines.sorted()
    }

    /// Whether so many rows are in the database.
    private func counts(_ sql: String, _ count: Int, at url: String) async throws -> Bool {
        do {
            try await PostgresServer.execute("DO $$ BEGIN ASSERT (SELECT count(*) \(sql)) = \(count); END $$", at: url)
            return true
        } catch is NeverHappened {
            return false
        }
    }

    /// What people see of a store, with a service: a remote store needs one.
    private func contents(_ home: String, _ environment: [String: String] = [:]) async throws -> [String: [String]] {
        let server = try await Server.start(home: home, ["--mailer", "smtp://127.0.0.1:1?tls=none"], environment: environment)
        var all: [String: [String]] = [:]
        all["users"] = try await list("user", "list", "--all", in: home, environment: environment)
        all["audit"] = try await list("audit", "list", in: home, environment: environment)
        // Times of expiry are told by two clocks, a millisecond apart.
        let tokens = try await ShippyBinary.run(["token", "list", "-o", "jsonl"], home: home, environment: environment).objects()
        all["tokens"] = tokens.map { "\($0["id"] ?? "") \($0["name"] ?? "") \($0["role"] ?? "")" }
        // Their states change while the service runs.
        let mails = try await ShippyBinary.run(["mail", "list", "--all", "-o", "jsonl"], home: home, environment: environment).objects()
        all["mails"] = mails.map { "\($0["id"] ?? "") \($0["to"] ?? "") \($0["event_id"] ?? "")" }.sorted()
        #expect(try await server.stop() == 0)
        return all
    }

    /// From one machine to many, and back: nobody gets a second mail, and no event is lost or has another number.
    @Test func storeAndBusMoveTogether() async throws {
        try await fill(home)
        let bus = try await NATSServer.start()
        let url = try await PostgresServer.shared.database()
        let there = ["SHIPPY_STORE": url, "SHIPPY_BUS": bus.url]
        let old = try await events(home)
        #expect(old.count >= 501)
        let planned = try await shippy("move", "--to-store", url, "--to-bus", bus.url, "--dry-run", "-o", "jsonl", in: home)
        #expect(try planned.objects().first { $0["table"] as? String == "events" }?["rows"] as? Int == old.count, "\(planned.errors)")
        let moved = try await shippy("move", "--to-store", url, "--to-bus", bus.url, "-o", "jsonl", in: home)
        #expect(moved.status == 0, "\(moved.errors)")
        #expect(try moved.objects().first { $0["table"] as? String == "events" }?["rows"] as? Int == old.count)
        #expect(try await events(home, there) == old)

        let server = try await Server.start(home: home, ["--mailer", "smtp://127.0.0.1:1?tls=none"], environment: there)
        #expect(try await logIn(server).status == 200)
        #expect(try await http.post(server.users, "/create", #"{"email":"new@example.com"}"#).status == 200)
        try await eventually("the new one has a mail, and nobody has a second") { try await counts("FROM shippy.mails", 502, at: url) }
        #expect(try await server.stop() == 0)
        let grown = try await events(home, there)
        #expect(Array(grown.prefix(old.count)) == old && grown.count > old.count)

        let back = files("back")
        let secret = "\(home)/secret"
        let returned = try await shippy(
            "move", "--to-store", "embedded", "--to-bus", "embedded", "--secret-file", secret, in: back, environment: there)
        #expect(returned.status == 0, "\(returned.errors)")
        try FileManager.default.copyItem(atPath: secret, toPath: "\(back)/secret")
        #expect(try await events(back) == grown)
        let second = try await Server.start(home: back, ["--mailer", "smtp://127.0.0.1:1?tls=none"])
        #expect(try await http.post(second.users, "/create", #"{"email":"newest@example.com"}"#).status == 200)
        try await eventually("the newest has a mail, and nobody has a second") {
            try Database.strings("\(back)/shippy.db", "SELECT count(*) FROM mails") == ["503"]
        }
        #expect(try await second.stop() == 0)
        try await bus.kill()
    }

    /// Killed at any moment, it goes on; the services of both sides are stopped.
    @Test func killedAtAnyMomentTheEventsGoOn() async throws {
        try await fill(home)
        let bus = try await NATSServer.start()
        let url = try await PostgresServer.shared.database()
        let old = try await events(home)
        for round in 0..<8 {
            let process = try ShippyBinary.start(
                ShippyBinary.path, ["move", "--to-store", url, "--to-bus", bus.url], home: home, files: TemporaryDirectory())
            // Any moment will do.
            try await Task.sleep(for: .milliseconds(40 * (round + 1)))
            process.signal(SIGKILL)
            _ = try await process.status()
        }
        let moved = try await shippy("move", "--to-store", url, "--to-bus", bus.url, in: home)
        #expect(moved.status == 0, "\(moved.errors)")
        let there = ["SHIPPY_STORE": url, "SHIPPY_BUS": bus.url]
        #expect(try await events(home, there) == old)
        let server = try await Server.start(home: home, ["--mailer", "smtp://127.0.0.1:1?tls=none"], environment: there)
        #expect(try await http.post(server.users, "/create", #"{"email":"new@example.com"}"#).status == 200)
        try await eventually("the new one has a mail, and nobody has a second") { try await counts("FROM shippy.mails", 502, at: url) }
        #expect(try await server.stop() == 0)
        try await bus.kill()
    }

    /// Sequence, ID and time of each event.
    private func events(_ home: String, _ environment: [String: String] = [:]) async throws -> [String] {
        let outcome = try await ShippyBinary.run(["events", "export"], home: home, environment: environment)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try outcome.objects().map { "\($0["seq"] ?? "") \($0["id"] ?? "") \($0["subject"] ?? "") \($0["time"] ?? "")" }
    }

    @Test func thereAndBackAgainWithEverybodysPassword() async throws {
        try await fill(home)
        let url = try await PostgresServer.shared.database()
        let there = ["SHIPPY_STORE": url]
        let before = try await contents(home)
        #expect(before["users"]?.count == 501)

        // It counts, and changes nothing.
        let planned = try await shippy("move", "--to-store", url, "--dry-run", "-o", "jsonl", in: home)
        #expect(planned.status == 0, "\(planned.errors)")
        #expect(try planned.objects().first { $0["table"] as? String == "users" }?["rows"] as? Int == 501)
        #expect(try await contents(home) == before)
        #expect(try await counts("FROM information_schema.schemata WHERE schema_name = 'shippy'", 0, at: url))

        let moved = try await shippy("move", "--to-store", url, "-o", "jsonl", in: home)
        #expect(moved.status == 0, "\(moved.errors)")
        #expect(try moved.objects().first { $0["table"] as? String == "mails" }?["rows"] as? Int == 501)
        #expect(!moved.errors.contains("password"))
        let again = try await shippy("move", "--to-store", url, in: home)
        #expect(again.status == 0 && again.errors.contains("nothing is left to do"), "\(again.errors)")

        let refused = try await shippy("user", "list", in: home)
        #expect(refused.status == 69 && refused.errors.contains("the store was moved to postgres://"), "\(refused.errors)")
        let start = try await shippy("up", in: home)
        #expect(start.status == 69 && start.errors.contains("change the configuration"), "\(start.errors)")

        #expect(try await contents(home, there) == before)
        let server = try await Server.start(home: home, ["--mailer", "smtp://127.0.0.1:1?tls=none"], environment: there)
        #expect(try await logIn(server).status == 200)
        #expect(try await http.post(server.users, "/create", #"{"email":"new@example.com"}"#).status == 200)
        try await eventually("the new one has a mail, and nobody has a second") {
            try await counts("FROM shippy.mails", 502, at: url)
        }
        #expect(try await server.stop() == 0)

        // Into an empty data directory, with the secret that opens the keys.
        let back = files("back")
        let bare = try await shippy("move", "--to-store", "embedded", in: back, environment: there)
        #expect(bare.status != 0 && bare.errors.contains("secret"), "\(bare.errors)")
        let secret = "\(home)/secret"
        let returned = try await shippy("move", "--to-store", "embedded", "--secret-file", secret, in: back, environment: there)
        #expect(returned.status == 0, "\(returned.errors)")
        try FileManager.default.copyItem(atPath: secret, toPath: "\(back)/secret")
        #expect(try await contents(back)["users"]?.count == 502)
        let second = try await Server.start(home: back, ["--mailer", "smtp://127.0.0.1:1?tls=none"])
        #expect(try await logIn(second).status == 200)
        #expect(try await second.stop() == 0)
    }

    @Test func whileServicesRunNothingIsMoved() async throws {
        let server = try await Server.start(home: home)
        let url = try await PostgresServer.shared.database()
        for arguments in [["move", "--to-store", url], ["move", "--to-store", url, "--dry-run"]] {
            let outcome = try await ShippyBinary.run(arguments, home: home)
            #expect(outcome.status != 0 && outcome.errors.contains("services are running: "), "\(outcome.errors)")
        }
        #expect(try await http.post(server.users, "/create", #"{"email":"new@example.com"}"#).status == 200)
        #expect(try await server.stop() == 0)
    }

    /// Wherever it is killed, the next run finishes it, and everything is there once.
    @Test func killedAtAnyMomentItGoesOn() async throws {
        try await fill(home)
        let url = try await PostgresServer.shared.database()
        let before = try await contents(home)
        var kills = 0
        for delay in (1...20).map({ $0 * 15 }) {
            let process = try ShippyBinary.start(ShippyBinary.path, ["move", "--to-store", url], home: home, files: TemporaryDirectory())
            try await Task.sleep(for: .milliseconds(delay))
            process.signal(SIGKILL)
            if try await process.status() == 137 { kills += 1 }
        }
        #expect(kills > 3)
        let outcome = try await shippy("move", "--to-store", url, in: home)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try await contents(home, ["SHIPPY_STORE": url]) == before)
    }

    @Test func aMoveThatIsNotDoneCanBeEnded() async throws {
        try await fill(home)
        let url = try await PostgresServer.shared.database()
        let before = try await contents(home)
        // As one that died after its first rows.
        let process = try ShippyBinary.start(ShippyBinary.path, ["move", "--to-store", url], home: home, files: TemporaryDirectory())
        try await eventually("it has begun") { try Database.strings("\(home)/shippy.db", "SELECT phase FROM moves").first != nil }
        process.signal(SIGKILL)
        _ = try await process.status()
        guard try Database.strings("\(home)/shippy.db", "SELECT phase FROM moves") == ["copying"] else { return }
        let refused = try await shippy("user", "list", in: home)
        #expect(refused.status == 69 && refused.errors.contains("is being moved to postgres://"), "\(refused.errors)")
        let elsewhere = try await shippy("move", "--to-store", "sqlite:\(files("other.db"))", in: home)
        #expect(elsewhere.status != 0 && elsewhere.errors.contains("is being moved to postgres://"), "\(elsewhere.errors)")
        let ended = try await shippy("move", "--abort", "--to-store", url, in: home)
        #expect(ended.status == 0, "\(ended.errors)")
        #expect(try await contents(home) == before)
        #expect(try await counts("FROM shippy.users", 0, at: url))
        #expect(try await shippy("move", "--to-store", url, in: home).status == 0)
        let late = try await shippy("move", "--abort", in: home)
        #expect(late.status != 0 && late.errors.contains("cannot be ended any more"), "\(late.errors)")
    }

    /// Whoever was told that they were created is there, also if that was while everything was copied.
    @Test func whileServicesRunChangesFollow() async throws {
        try await fill(home)
        let url = try await PostgresServer.shared.database()
        let server = try await Server.start(home: home)
        let load = Load()
        let creating = Task { await load.run(clients: 2) { server.users } }
        try await eventually("some users are there") { load.result.acknowledged.count >= 20 }
        let process = try ShippyBinary.start(ShippyBinary.path, ["move", "--to-store", url, "--online"], home: home, files: TemporaryDirectory())
        try await eventually("it asks to stop the services") {
            #expect(process.process.isRunning, "\(process.errors)")
            return process.errors.contains("stop the services now")
        }
        let then = load.result.acknowledged.count
        try await eventually("they go on") { load.result.acknowledged.count >= then + 20 }
        let deleted = try await shippy("user", "delete", "u7@example.com", "--yes", in: home)
        #expect(deleted.status == 0, "\(deleted.errors)")
        creating.cancel()
        await creating.value
        #expect(process.process.isRunning)
        #expect(try await server.stop() == 0)
        #expect(try await process.status() == 0, "\(process.errors)")
        let users = Set(try Database.strings("\(home)/shippy.db", "SELECT id FROM users"))
        #expect(Set(load.result.acknowledged.keys).isSubset(of: users))
        #expect(try await counts("FROM shippy.users", users.count, at: url))
        #expect(try await counts("FROM shippy.users WHERE email = 'u7@example.com'", 0, at: url))
        for table in ["mails", "mail_attempts", "audit", "sessions", "idempotency"] {
            let count = try #require(Int(Database.strings("\(home)/shippy.db", "SELECT count(*) FROM \(table)")[0]))
            #expect(try await counts("FROM shippy.\(table)", count, at: url), "\(table)")
        }
    }
}
