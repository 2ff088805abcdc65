import Foundation
import TestSupport
import Testing

/// `shippy story` on both sets of engines.
@Suite struct StoryTests {
    private static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func withEngines(
        isRemote: Bool, _ arguments: [String], _ body: (Server, _ shippy: (String...) async throws -> Outcome) async throws -> Void
    ) async throws {
        let engines = isRemote ? try await Engines.start() : nil
        let own = try TemporaryDirectory()
        let home = engines?.home.path ?? own.path
        let environment = (engines?.environment ?? [:]).merging(["SHIPPY_MAIL_ATTEMPTS": "5"]) { $1 }
        let server = try await Server.start(
            home: home, arguments, environment: environment.merging(["SHIPPY_MAIL_DOMAIN": "localhost"]) { $1 })
        try await body(server) { (arguments: String...) in
            try await ShippyBinary.run(arguments, home: home, environment: environment.merging(["LC_ALL": "C.UTF-8"]) { $1 })
        }
        try await server.stop()
        try await engines?.stop()
    }

    /// From the request to the mail, which is refused twice. Whoever follows it sees the end, and is not kept waiting.
    @Test(arguments: [false, true])
    func aStoryIsFollowedToItsEnd(isRemote: Bool) async throws {
        let smtp = try await SMTPServer.start(["--later", "2"])
        let arguments = [
            "--mailer", "smtp://127.0.0.1:\(smtp.port)?tls=none", "--mail-backoff", "5s", "--mail-backoff-max", "5s",
        ]
        try await withEngines(isRemote: isRemote, arguments) { server, shippy in
            let answer = try await HTTP().post(
                server.users, "/create", #"{"email":"later@a.example","password":"correct horse battery"}"#,
                headers: ["X-Request-Id": "request-1", "traceparent": Self.trace])
            #expect(answer.status == 200)
            let followed = try await shippy("story", "later@a.example", "-f", "-o", "jsonl")
            #expect(followed.status == 0, "\(followed.errors)")
            #expect(followed.errors.contains("nothing more comes by itself"))
            let steps = try followed.objects()
            let past = steps.filter { $0["step"] as? String != "next" }
            #expect(
                past.compactMap { $0["step"] as? String } == [
                    "created", "event", "mail-queued", "mail-try", "mail-try", "mail-try", "mail-sent",
                ], "\(followed.output)")
            #expect(past.compactMap { $0["outcome"] as? String } == ["deferred", "deferred", "sent"])
            #expect(past.filter { $0["trace"] != nil }.map { $0["trace"] as? String } == [Self.trace, Self.trace, Self.trace])
            #expect(past[0]["via"] as? String == "http")
            #expect(past[0]["address"] as? String == "127.0.0.1")
            #expect((past[0]["hashing_ms"] as? Int ?? 0) > 0)
            #expect(past[0]["request_id"] as? String == "request-1")
            // Told before it came.
            let next = steps.filter { $0["step"] as? String == "next" }.compactMap { $0["what"] as? String }
            #expect(next.contains { ["mail try 2 of 5", "mail try 3 of 5"].contains($0) }, "\(followed.output)")

            let event = try #require(try await shippy("events", "tail", "--all", "--count", "1", "-o", "jsonl").objects().first)
            #expect((event["headers"] as? [String: String])?["traceparent"] == Self.trace)
            let ofRequest = try await shippy("story", "request-1", "-o", "jsonl").objects().compactMap { $0["step"] as? String }
            #expect(ofRequest == past.compactMap { $0["step"] as? String })
            let text = try await shippy("story", "later@a.example").output
            #expect(text.contains("! +") && text.contains("mail try 2") && text.contains("✓ +"), "\(text)")
        }
        try await smtp.stop()
    }

    @Test(arguments: [false, true])
    func aDeletedUserHasAStory(isRemote: Bool) async throws {
        try await withEngines(isRemote: isRemote, []) { server, shippy in
            #expect(try await shippy("user", "create", "ada@example.com", "--name", "Ada").status == 0)
            let user = try #require(try await shippy("user", "get", "ada@example.com", "-o", "json").objects().first?["id"] as? String)
            #expect(try await shippy("user", "update", user, "--email", "lovelace@example.com").status == 0)
            #expect(try await shippy("user", "delete", user, "--yes").status == 0)
            _ = try await shippy("story", user, "-f")
            let steps = try await shippy("story", user, "-o", "jsonl").objects()
            let kinds = steps.compactMap { $0["step"] as? String }
            #expect(kinds.first == "created" && kinds.contains("updated") && kinds.contains("deleted"), "\(kinds)")
            // One to each address, besides the welcome.
            #expect(kinds.count { $0 == "mail-sent" } == 3, "\(kinds)")
            #expect(steps[0]["via"] as? String == "grpc")
            for address in ["ada@example.com", "lovelace@example.com"] {
                #expect(try await shippy("story", address, "-o", "jsonl").objects().compactMap { $0["step"] as? String } == kinds)
            }
        }
    }

    @Test func whoIsNotKnownIsNotFound() async throws {
        try await withEngines(isRemote: false, []) { _, shippy in
            let outcome = try await shippy("story", "eve@example.com")
            #expect(outcome.status == 66)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("looked through users, the events and the mails"), "\(outcome.errors)")
        }
    }

    /// Without a notificator, and in ASCII where the locale is not UTF-8.
    @Test func whatIsMissingIsSaid() async throws {
        let home = try TemporaryDirectory()
        let server = try await Server.start(["serve", "users"], home: home.path)
        #expect(try await HTTP().post(server.users, "/create", #"{"email":"ada@example.com"}"#).status == 200)
        let outcome = try await ShippyBinary.run(["story", "ada@example.com"], home: home.path, environment: ["LC_ALL": "C"])
        #expect(outcome.output.contains("~           mail of event 1"), "\(outcome.output)")
        #expect(outcome.output.contains("no notificator is running"))
        #expect(outcome.output.utf8.allSatisfy { $0 < 0x80 })
        try await server.stop()
    }

    /// The trace of a command's environment goes along with what it asks of a service.
    @Test func aCommandTakesTheTraceOfItsEnvironment() async throws {
        let home = try TemporaryDirectory()
        let server = try await Server.start(home: home.path)
        let environment = ["TRACEPARENT": Self.trace]
        #expect(try await ShippyBinary.run(["user", "create", "ada@example.com"], home: home.path, environment: environment).status == 0)
        #expect(try await ShippyBinary.run(["mail", "test", "bob@example.com"], home: home.path, environment: environment).status == 0)
        #expect(try await ShippyBinary.run(["events", "publish", "demo"], home: home.path, input: "x", environment: environment).status == 0)
        #expect(try await ShippyBinary.run(["user", "create", "eve@example.com"], home: home.path).status == 0)
        let mails = try await eventually("the mails") {
            let mails = try await ShippyBinary.run(["mail", "list", "-o", "jsonl"], home: home.path).objects()
            return mails.count == 3 ? mails : nil
        }
        let traces = Dictionary(uniqueKeysWithValues: mails.map { ($0["to"] as? String ?? "", $0["trace"] as? String) })
        #expect(traces == ["ada@example.com": Self.trace, "bob@example.com": Self.trace, "eve@example.com": nil])
        let events = try await ShippyBinary.run(["events", "tail", ">", "--all", "--at-end", "-o", "jsonl"], home: home.path).objects()
        let published = events.map { ($0["headers"] as? [String: String])?["traceparent"] }
        #expect(published == [Self.trace, Self.trace, nil])
        try await server.stop()
    }
}
