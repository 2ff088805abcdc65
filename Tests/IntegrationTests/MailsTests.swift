import Foundation
import ShippyCore
import TestSupport
import Testing

/// What somebody does who finds that mails were refused.
@Suite struct MailsTests {
    private let home: TemporaryDirectory

    init() throws { home = try TemporaryDirectory() }

    private func shippy(_ arguments: String..., input: String? = nil) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input)
    }

    private func create(_ server: Server, _ email: String) async throws {
        #expect(try await HTTP().post(server.users, "/create", #"{"email":"\#(email)"}"#).status == 200)
    }

    /// The only mail to this address, once it is in this state.
    private func mail(_ to: String, _ state: String) async throws -> (id: String, mail: [String: Any]) {
        let mail = try await eventually("the mail to \(to) is \(state)") {
            let mails = try await shippy("mail", "list", "--to", to, "--state", state, "-o", "jsonl").objects()
            return mails.count == 1 ? mails[0] : nil
        }
        return (try #require(mail["id"] as? String), mail)
    }

    private func tries(_ id: String) async throws -> [String] {
        let shown = try #require(try await shippy("mail", "show", id, "-o", "json").objects().first)
        return try #require(shown["tries"] as? [[String: Any]]).map { attempt in
            "\(attempt["number"] ?? "") \(attempt["server"] ?? "") \(attempt["outcome"] ?? "") \(attempt["reply"] ?? "")"
        }
    }

    /// From the refusal of a welcome mail to the one that arrives.
    @Test func aRefusedMailIsFoundMendedAndSentAgain() async throws {
        let smtp = try await SMTPServer.start()
        let place = "127.0.0.1:\(smtp.port)"
        let server = try await Server.start(
            home: home.path,
            ["--mailer", "smtp://\(place)?tls=none", "--mail-backoff", "100ms", "--mail-backoff-max", "200ms", "--mail-attempts", "3"])
        try await create(server, "never@b.example")
        let refused = try await mail("NEVER@", "dead")
        #expect(try await tries(refused.id) == ["1 \(place) dead 550 5.1.1 no such user"])

        #expect(try await shippy("user", "update", "never@b.example", "--email", "ada@b.example").status == 0)
        // Somebody else takes the address over. The mail is not for them.
        try await create(server, "never@b.example")
        // The table on a terminal shows as much of the ID.
        let resent = try await shippy("mail", "resend", String(refused.id.prefix(18)), "-o", "json")
        let copy = try #require(try resent.objects().first)
        #expect(copy["copy_of"] as? String == refused.id && copy["to"] as? String == "ada@b.example")
        #expect(copy["event_id"] as? String == refused.mail["event_id"] as? String)
        #expect(resent.errors.contains("ada@b.example now"))
        try await eventually("the copy arrives") { smtp.messages.contains { $0.contains("Message-ID: <\(copy["id"] as? String ?? "?")@") } }
        #expect(
            try await shippy("audit", "list", "--action", "mail.resend", "-o", "jsonl").objects().map { $0["target"] as? String } == [
                "mail:\(refused.id)"
            ])
        #expect(try await shippy("mail", "show", refused.id, "-o", "json").objects().first?["state"] as? String == "cancelled")
        // The notice to the refused address is dead, too, and so is the welcome to its new owner.
        try await eventually("both are dead") { try await shippy("mail", "list", "--state", "dead", "-o", "jsonl").objects().count == 2 }
        #expect(try await shippy("status", "--check").status == 1, "somebody has to look")
        #expect(try await shippy("mail", "cancel", "--state", "dead", "-o", "json").output == "{\"cancelled\":2,\"refused\":0}\n")
        #expect(try await shippy("status", "--check").status == 0, "nothing is left to look at")

        // A user who is gone has no address.
        #expect(try await shippy("user", "delete", "ada@b.example").status == 0)
        let nobody = try await shippy("mail", "resend", refused.id)
        #expect(nobody.status == 66 && nobody.errors.contains("--to ADDRESS"))
        #expect(try await shippy("mail", "resend", refused.id, "--to", "eve@b.example").status == 0)
        try await server.stop()
        try await smtp.stop()
    }

    @Test func aGreylistedMailShowsEachTryAndIsCancelledOrRetried() async throws {
        let smtp = try await SMTPServer.start()
        let server = try await Server.start(
            home: home.path,
            ["--mailer", "smtp://127.0.0.1:\(smtp.port)?tls=none", "--mail-backoff", "50ms", "--mail-backoff-max", "100ms", "--mail-attempts", "3"])
        for name in ["later1", "later2", "later3"] { try await create(server, "\(name)@a.example") }
        for name in ["later1", "later2", "later3"] {
            let mail = try await mail(name, "dead")
            #expect(try await tries(mail.id).map { $0.split(separator: " ")[2] } == ["deferred", "deferred", "dead"])
        }
        try await server.stop()

        let all = try await shippy("mail", "retry", "--state", "dead", "--to", "@A.EXAMPLE", "-o", "json")
        #expect(all.status == 0 && all.output == "{\"queued\":3,\"refused\":0}\n")
        let first = try await mail("later1", "queued")
        let cancelled = try #require(try await shippy("mail", "cancel", first.id, "-o", "json").objects().first)
        #expect(cancelled["state"] as? String == "cancelled" && cancelled["last_reply"] as? String == "cancelled by owner")
        let again = try await shippy("mail", "cancel", first.id)
        #expect(again.status == 65 && again.errors.contains("is cancelled already"))
        let early = try await shippy("mail", "resend", try await mail("later2", "queued").id)
        #expect(early.status == 65 && early.errors.contains("shippy mail retry"))
        #expect(try await shippy("mail", "retry", first.id, "nope").status == 66)
        #expect(try await mail("later1", "queued").id == first.id)
        let entries = try await shippy("audit", "list", "--action", "mail", "-o", "jsonl").objects().map {
            "\($0["action"] ?? "") \($0["actor"] ?? "")"
        }
        #expect(entries == Array(repeating: "mail.retry owner", count: 3) + ["mail.cancel owner", "mail.retry owner"])

        // Numbers go on.
        let folder = try await Server.start(home: home.path)
        let sent = try await mail("later1", "sent")
        let tries = try await tries(sent.id)
        #expect(tries.count == 4 && tries[3].hasPrefix("4 maildir:\(home.path)/mail sent written to new/"))
        try await folder.stop()
        try await smtp.stop()
    }

    @Test func listsAreNarrowedAndTakeTimesAsEverywhere() async throws {
        for name in ["ada", "bob", "cleo"] { #expect(try await shippy("user", "create", "\(name)@example.com").status == 0) }
        func list(_ arguments: String...) async throws -> [String] {
            try await ShippyBinary.run(["mail", "list", "-o", "jsonl"] + arguments, home: home.path).objects().compactMap { $0["to"] as? String }
        }
        let all = ["ada@example.com", "bob@example.com", "cleo@example.com"]
        #expect(try await list() == all)
        #expect(try await list("--newest", "-n", "2") == [all[2], all[1]])
        #expect(try await list("--to", "BOB") == [all[1]])
        #expect(try await list("--since", "-1h", "--until", "now") == all)
        #expect(try await list("--since", "tomorrow").isEmpty)
        #expect(try await list("--until", "1h ago").isEmpty)
        #expect(try await shippy("mail", "list", "--since", "soon").status == 64)
        let terminal = try await Terminal("\(ShippyBinary.path) mail list --newest; echo status=$?", home: home.path, width: 80, height: 20)
        try await eventually("the list") { try await terminal.screen.contains("status=0") }
        let lines = try await terminal.screen.split(separator: "\n").prefix(4)
        #expect(lines.allSatisfy { $0.count <= 80 } && lines.first?.contains("QUEUED") == true, "\(lines)")
        #expect(lines.dropFirst().first?.contains("cleo@example.com  written to new/") == true, "\(lines)")
        try await terminal.close()
    }

    @Test func aMailIsShownAsItIsSentButItsLinkIsHidden() async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await shippy("user", "create", "ada@example.com", "--name", "Zoë").status == 0)
        #expect(try await shippy("user", "reset-password", "ada@example.com").status == 0)
        let id = try await eventually("the mail with a link") {
            try await shippy("mail", "list", "--state", "sent", "-o", "jsonl").objects().first { $0["template"] as? String == "reset-password" }?[
                "id"]
                as? String
        }
        let shown = try await shippy("mail", "show", id, "--body")
        let sent = try String(contentsOfFile: home("mail/new/\(id).shippy"), encoding: .utf8)
        for header in sent.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n") {
            #expect(shown.output.contains(header), "\(header)")
        }
        let token = try #require(MailParts.bodies(of: sent)[0].firstMatch(of: #/token=(shl_\S+)/#)?.1)
        let text = MailParts.bodies(of: sent)[0].replacing(token, with: "…").replacing("127.0.0.1:0/", with: "127.0.0.1:8081/")
        #expect(shown.output.contains(text.trimmingCharacters(in: .newlines)))
        #expect(!shown.output.contains("shl_"))
        let json = try await shippy("mail", "show", id, "--body", "-o", "json")
        #expect(!json.output.contains("shl_"))
        #expect(try json.objects().first?["subject"] as? String == "Set a new password")
        // Nobody else may use it.
        #expect(try await shippy("mail", "resend", id, "--to", "eve@example.com").errors.contains("only for ada@example.com"))

        let preview = try await shippy("mail", "preview", "welcome", "--user", "ADA@example.com")
        #expect(preview.output.contains("Welcome, Zoë") && preview.output.contains("token=…") && !preview.output.contains("shl_"))
        let html = try await shippy("mail", "preview", "confirm-address", "--user", "ada@example.com", "--html")
        #expect(html.output.hasPrefix("<!doctype html>"))
        #expect(try await shippy("mail", "preview", "welcome", "--user", "nobody@example.com").status == 66)
        #expect(try await shippy("mail", "list", "-o", "jsonl").objects().count == 2, "a preview sends nothing")
        try await server.stop()
    }
}
