import Foundation
import Glibc
import TestSupport
import Testing

/// Backups of a data directory, and what is made of them.
@Suite struct BackupTests {
    private static let password = "correct horse battery"
    private static let heldReply = "held by restore: shippy mail retry sends it"

    private let files: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        files = try TemporaryDirectory()
    }

    private var home: String { files("home") }
    private var copy: String { files("copy") }
    private var file: String { files("it.tar.zst") }

    private func shippy(_ arguments: String..., in home: String, input: String? = nil, environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home, input: input, environment: environment)
    }

    /// Without the directory of the tests' own contexts, which is made in some.
    private func names(_ directory: String) -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).subtracting(["xdg"])
    }

    private func importUsers(_ count: Int, into home: String) async throws {
        let rows = (0..<count).map { "u\($0)@example.com,User \($0)\n" }.joined()
        try ("email,name\n" + rows).write(toFile: files("users.csv"), atomically: true, encoding: .utf8)
        let outcome = try await shippy("user", "import", files("users.csv"), "--no-mail", in: home)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func logIn(_ server: Server) async throws -> HTTP.Reply {
        try await http.post(server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"\#(Self.password)"}"#)
    }

    private func registeredAddresses(_ home: String) async throws -> Set<String> {
        Set(try await shippy("registry", "list", "-o", "jsonl", in: home).objects().compactMap { $0["address"] as? String })
    }

    // MARK: Under load, and next to the original

    @Test func aCopyHasWhatWasThereAndLeavesTheOriginalAlone() async throws {
        // Nothing is mailed, so all mails wait.
        let server = try await Server.start(home: home, ["--mailer", "smtp://127.0.0.1:1?tls=none"])
        #expect(try await shippy("user", "create", "ada@example.com", "--password-stdin", in: home, input: Self.password).status == 0)
        #expect(try await logIn(server).status == 200)
        let load = Load()
        let creating = Task { await load.run(clients: 4) { server.users } }
        try await eventually("some users are there") { load.result.acknowledged.count >= 100 }
        let before = Set(load.result.acknowledged.keys)
        let backedUp = try await shippy("backup", file, "-o", "json", in: home)
        #expect(backedUp.status == 0, "\(backedUp.errors)")
        let after = load.result.acknowledged.count
        try await eventually("it goes on") { load.result.acknowledged.count >= after + 50 }
        creating.cancel()
        await creating.value
        #expect(
            names(files.path).isSuperset(of: ["it.tar.zst"]) && !names(files.path).contains { $0.hasPrefix(".shippy") || $0.hasSuffix(".partial") })

        let verified = try await shippy("backup", "--verify", file, "-o", "json", in: home)
        #expect(verified.status == 0, "\(verified.errors)")
        let secret = "\(home)/secret"
        let restored = try await shippy("restore", file, "--secret-file", secret, "-o", "json", in: copy)
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(names(copy) == ["shippy.db", "secret", ".lock"])

        // Row by row: everything in the copy is in the original as it is here, and what was acknowledged before is in it.
        let (original, restoredFile) = ("\(home)/shippy.db", "\(copy)/shippy.db")
        let users = Set(try Database.strings(restoredFile, "SELECT id FROM users"))
        #expect(before.isSubset(of: users))
        #expect(users.count < load.result.acknowledged.count)
        for query in [
            "SELECT id, name, company, email, password_hash, created_at, request_id, role, disabled, revision, created_by, confirmed FROM users",
            "SELECT seq, id, subject, time, headers, payload FROM events", "SELECT * FROM idempotency", "SELECT * FROM sessions",
            "SELECT * FROM signing_keys", "SELECT * FROM audit",
        ] {
            #expect(try Database.missing(query, in: original, of: restoredFile) == 0, "\(query)")
        }
        // Without a gap, and one for each user.
        let last = try #require(Int(try Database.strings(restoredFile, "SELECT last_seq FROM stream").first ?? ""))
        #expect(try Database.missing("SELECT seq, id FROM events WHERE seq <= \(last)", in: restoredFile, of: original) == 0)
        #expect(try Database.strings(restoredFile, "SELECT count(*) FROM events WHERE subject = 'user.created'") == ["\(users.count)"])
        #expect(try Database.strings(restoredFile, "SELECT uuid FROM engine") != Database.strings(original, "SELECT uuid FROM engine"))
        #expect(try Database.strings(restoredFile, "SELECT identity FROM stream") != Database.strings(original, "SELECT identity FROM stream"))

        // Every user's mail waits in the copy, whether it was queued or not yet.
        #expect(try Database.strings(restoredFile, "SELECT count(*) FROM mails WHERE state = 'queued'") == ["\(users.count)"])
        #expect(try Database.strings(restoredFile, "SELECT DISTINCT last_reply FROM mails") == [Self.heldReply])

        let registered = try await registeredAddresses(home)
        let second = try await Server.start(home: copy)
        #expect(try await logIn(second).status == 200)
        #expect(try await registeredAddresses(copy).isDisjoint(with: registered))
        #expect(try await shippy("user", "create", "new@example.com", in: copy).status == 0)
        try await eventually("the copy mails whom it has made") { names("\(copy)/mail/new").count == 1 }
        let held = try #require(try Database.strings(restoredFile, "SELECT id FROM mails WHERE last_reply LIKE 'held%' LIMIT 1").first)
        #expect(try await shippy("mail", "retry", held, in: copy).status == 0)
        try await eventually("a held mail that is retried is sent") { names("\(copy)/mail/new").count == 2 }
        #expect(try await shippy("user", "delete", "ada@example.com", "--yes", in: copy).status == 0)

        #expect(try await logIn(server).status == 200)
        #expect(try await shippy("user", "get", "ada@example.com", in: home).status == 0)
        #expect(try await shippy("user", "get", "new@example.com", in: home).status == 66)
        #expect(try await registeredAddresses(home) == registered)
        #expect(names("\(copy)/mail/new").count == 2)
        #expect(try await second.stop() == 0)
        #expect(try await server.stop() == 0)
    }

    /// Nobody has made mails of these events: a notificator of the copy would.
    @Test func mailsOfEventsThatNobodyTookAreHeldToo() async throws {
        let users = try await Server.start(["serve", "users"], home: home)
        for number in 0..<20 {
            #expect(try await http.post(users.users, "/create", #"{"email":"u\#(number)@example.com"}"#).status == 200)
        }
        #expect(try await shippy("backup", file, in: home).status == 0)
        try await users.stop()
        for (name, option) in [("copy", "--hold-mail"), ("heir", "--send-mail")] {
            let restored = try await shippy("restore", file, option, "-o", "json", in: files(name)).objects().first
            #expect(restored?["held_mails"] as? Int == (option == "--hold-mail" ? 20 : 0))
            let server = try await Server.start(home: files(name))
            #expect(try await http.post(server.users, "/create", #"{"email":"new@example.com"}"#).status == 200)
            let expected = option == "--hold-mail" ? 1 : 21
            try await eventually("\(expected) mails are sent") { names("\(files(name))/mail/new").count == expected }
            try await server.stop()
            #expect(names("\(files(name))/mail/new").count == expected)
        }
    }

    @Test func withoutTheSecretSessionsEnd() async throws {
        var server = try await Server.start(home: home)
        #expect(try await shippy("user", "create", "ada@example.com", "--password-stdin", in: home, input: Self.password).status == 0)
        let token = try #require(try await logIn(server).json?["refresh_token"] as? String)
        let made = try await shippy("token", "create", "ci", "--role", "admin", "--expires", "1d", "-o", "json", in: home)
        let program = try #require(try made.objects().first?["token"] as? String, "\(made.errors)")
        #expect(try await shippy("backup", file, in: home).status == 0)
        try await server.stop()
        let listing = try await ShippyBinary.shell("tar --zstd -tf \(file); tar --zstd -xOf \(file) | grep -c \"$(cat \(home)/secret)\"", home: home)
        #expect(listing.lines == ["manifest.json", "shippy.db", "SHA256SUMS", "0"], "\(listing.errors)")

        try FileManager.default.createDirectory(atPath: files("wrong"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try ShippyBinary.makeSecret(files("wrong/secret"))
        let refused = try await shippy("restore", file, in: files("wrong"))
        #expect(refused.status == 77 && refused.errors.contains("not the one of the backup"), "\(refused.errors)")
        #expect(names(files("wrong")) == ["secret"] || names(files("wrong")) == ["secret", ".lock"])

        let restored = try await shippy("restore", file, in: copy)
        #expect(
            restored.status == 0 && restored.errors.contains("sessions and tokens that end, because no secret was given: 1 and 1;"),
            "\(restored.errors)")
        server = try await Server.start(home: copy)
        #expect(try await http.post(server.users, "/api/v1/auth/refresh", #"{"refresh_token":"\#(token)"}"#).status == 401)
        #expect(try await http.get(server.users, "/api/v1/users", token: program).status == 401)
        #expect(try await logIn(server).status == 200)
        try await server.stop()
    }

    // MARK: Interrupted

    @Test func nothingIsLeftOfABackupThatIsKilled() async throws {
        try await importUsers(3000, into: home)
        try FileManager.default.createDirectory(atPath: files("to"), withIntermediateDirectories: true)
        var complete = 0
        for number in 0..<16 {
            let target = files("to/\(number)")
            let process = try ShippyBinary.start(ShippyBinary.path, ["backup", target], home: home, files: TemporaryDirectory())
            // Any moment will do.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...300)))
            process.signal(number % 4 == 0 ? SIGTERM : SIGKILL)
            _ = try await process.status()
            guard names(files("to")).contains("\(number)") else { continue }
            complete += 1
            #expect(try await shippy("backup", "--verify", target, in: home).status == 0)
        }
        // In the moment between its creation and its removal, the image has a name.
        let hidden = names(files("to")).filter { $0.hasPrefix(".shippy-image-") }
        for name in hidden { #expect(FileManager.default.contents(atPath: files("to/\(name)"))?.isEmpty == true) }
        #expect(names(files("to")).count - hidden.count == complete, "\(names(files("to")))")
        let unread = try await ShippyBinary.shell("\"$shippy\" backup - | head -c 1 > /dev/null; echo ${PIPESTATUS[0]}", home: home)
        #expect(unread.lines == ["1"] && unread.errors.contains("the backup is incomplete"), "\(unread.errors)")
        #expect(try Database.strings("\(home)/shippy.db", "SELECT count(*) FROM users") == ["3000"])
        #expect(try Database.strings("\(home)/shippy.db", "PRAGMA integrity_check") == ["ok"])
    }

    @Test func aRestoreThatIsKilledIsRepeated() async throws {
        try await importUsers(3000, into: home)
        #expect(try await shippy("backup", file, in: home).status == 0)
        for number in 0..<10 {
            let process = try ShippyBinary.start(ShippyBinary.path, ["restore", file], home: copy, files: TemporaryDirectory())
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
            process.signal(number % 4 == 0 ? SIGTERM : SIGKILL)
            _ = try await process.status()
            guard names(copy).contains("shippy.db") else {
                #expect(names(copy).isSubset(of: [".restore", ".lock"]), "\(names(copy))")
                continue
            }
            #expect(try Database.strings("\(copy)/shippy.db", "SELECT count(*) FROM users") == ["3000"])
            try FileManager.default.removeItem(atPath: copy)
        }
        if !names(copy).contains("shippy.db") { #expect(try await shippy("restore", file, in: copy).status == 0) }
        #expect(names(copy) == ["shippy.db", ".lock"])
        #expect(try await shippy("user", "list", "--count", in: copy).output.contains("3000"))
    }

    // MARK: Pipes, checks and refusals

    @Test func aPipeTakesItToAnotherPlace() async throws {
        try await importUsers(200, into: home)
        let piped = try await ShippyBinary.shell("\"$shippy\" backup - | \"$shippy\" restore - --home \(copy) -o json", home: home)
        #expect(piped.status == 0, "\(piped.errors)")
        #expect(try Database.strings("\(copy)/shippy.db", "SELECT count(*) FROM users") == ["200"])
        #expect(!names(home).contains { $0.hasPrefix(".shippy") })
        // With the usual tools.
        let checked = try await ShippyBinary.shell(
            "cd \(files.path) && \"$shippy\" backup it.tar.zst && mkdir out && tar --zstd -C out -xf it.tar.zst && cd out && sha256sum --check SHA256SUMS",
            home: home)
        #expect(checked.status == 0, "\(checked.errors)")
        #expect(checked.lines.suffix(2) == ["manifest.json: OK", "shippy.db: OK"])
        #expect(try Database.strings(files("out/shippy.db"), "SELECT count(*) FROM users") == ["200"])
        let verified = try await ShippyBinary.shell("\"$shippy\" backup --verify - < \(file)", home: home)
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test func aBackupThatIsNotWholeIsRefused() async throws {
        try await importUsers(200, into: home)
        #expect(try await shippy("backup", file, in: home).status == 0)
        let whole = try Data(contentsOf: URL(fileURLWithPath: file))
        var changed = whole
        changed[whole.count / 2] ^= 0x10
        for (name, bytes, reason) in [
            ("cut", whole.dropLast(1), "cut short"), ("changed", changed, "damaged"), ("foreign", Data("hello".utf8), "not a backup"),
        ] {
            try Data(bytes).write(to: URL(fileURLWithPath: files(name)))
            for arguments in [["backup", "--verify", files(name)], ["restore", files(name)], ["restore", files(name), "--dry-run"]] {
                let refused = try await ShippyBinary.run(arguments, home: copy)
                #expect(refused.status == 65 && refused.errors.contains(reason), "\(arguments): \(refused.errors)")
            }
            #expect(names(copy).isSubset(of: [".lock"]), "\(names(copy))")
        }
        #expect(try await shippy("restore", file, "--dry-run", in: copy).status == 0)
        #expect(names(copy).isSubset(of: [".lock"]))
    }

    @Test func nothingIsOverwritten() async throws {
        #expect(try await shippy("backup", file, in: home).status == 66)
        #expect(names(home) == [])
        try await importUsers(20, into: home)
        #expect(try await shippy("backup", file, "--dry-run", in: home).status == 0)
        #expect(names(files.path) == ["home", "users.csv"])
        #expect(try await shippy("backup", file, in: home).status == 0)
        let again = try await shippy("backup", file, in: home)
        #expect(again.status == 65 && again.errors.contains("--force"), "\(again.errors)")
        #expect(try await shippy("backup", file, "--force", in: home).status == 0)
        let full = try await shippy("restore", file, in: home)
        #expect(full.status == 65 && full.errors.contains("is not empty, it has") && full.errors.contains("shippy.db"), "\(full.errors)")
        #expect(try Database.strings("\(home)/shippy.db", "SELECT count(*) FROM users") == ["20"])
        for (variable, value) in [("SHIPPY_STORE", "postgres://canary:canary-password@127.0.0.1:1/x"), ("SHIPPY_BUS", "nats://127.0.0.1:1")] {
            for command in ["backup", "restore"] {
                let remote = try await shippy(command, files("remote"), in: copy, environment: [variable: value])
                #expect(remote.status == 64 && remote.errors.contains("docs/backup.md"), "\(remote.errors)")
                #expect(!remote.errors.contains("canary-password"))
            }
        }
        #expect(names(copy) == [])
    }

    @Test func aTerminalGetsNoBackup() async throws {
        try await importUsers(20, into: home)
        let shown = try await PseudoTerminal.run(["backup", "-"], home: home)
        #expect(shown.status == 64 && shown.output.contains("cannot be shown on a terminal"), "\(shown.output)")
        let typed = try await PseudoTerminal.run(["restore", "-"], home: copy)
        #expect(typed.status == 64 && typed.output.contains("is a terminal"), "\(typed.output)")
    }

    @Test func aFullDiskIsSaidAndLeftAsItWas() async throws {
        try await importUsers(3000, into: home)
        #expect(try await shippy("backup", file, in: home).status == 0)
        let disk = try SmallDisk(megabytes: 1)
        let full = try await shippy("backup", "\(disk.path)/it.tar.zst", in: home)
        #expect(full.status == 69 && full.errors.contains("the disk is full"), "\(full.errors)")
        #expect(names(disk.path) == [])
        let restored = try await shippy("restore", file, "--home", "\(disk.path)/copy", in: home)
        #expect(restored.status == 69 && restored.errors.contains("the disk is full"), "\(restored.errors)")
        #expect(names("\(disk.path)/copy").isSubset(of: [".lock"]), "\(names("\(disk.path)/copy"))")
    }
}
