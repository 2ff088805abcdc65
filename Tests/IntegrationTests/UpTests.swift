import Foundation
import Glibc
import TestSupport
import Testing

/// `shippy up` as a whole.
@Suite struct UpTests {
    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String...) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path)
    }

    @Test func theTutorialsCommandWorks() async throws {
        let server = try await Server.start(home: home.path)
        #expect(Set(server.addresses.keys) == ["users http", "users grpc", "notificator grpc", "ops http"])
        let reply = try await http.post(
            server.users, "/create", #"{"email": "test"}"#, headers: ["Content-Type": "application/x-www-form-urlencoded"])
        #expect(reply.status == 200)
        #expect(reply.body.hasSuffix("\"e0\":null}\n"))
        let user = try await http.get(server.users, "/api/v1/users/\(reply.json?["id"] as? String ?? "")", token: server.token())
        #expect(user.json?["email"] as? String == "test@localhost")
        #expect(try await http.post(server.users, "/create", #"{"email": "TEST@localhost"}"#).status == 409)
        #expect(try await server.stop() == 0)
    }

    @Test func theRESTPathsAnswer() async throws {
        let server = try await Server.start(home: home.path)
        let created = try await http.post(
            server.users, "/api/v1/users", #"{"email":"ada@example.com","name":"Ada"}"#, headers: ["X-Request-Id": "my-request"])
        #expect(created.status == 201)
        #expect(created.headers["x-request-id"] == "my-request")
        #expect(created.headers["location"] == "/api/v1/users/\(created.json?["id"] as? String ?? "")")
        #expect(try await http.get(server.users, "/api/v1/users?limit=5", token: server.token()).body.contains("ada@example.com"))
        for (body, status) in [
            ("nope", 400), ("[]", 400), ("{}", 400), (#"{"email":5}"#, 400), (#"{"email":"a b@c"}"#, 422), (#"{"email":"a@b\r\nBcc: x@y"}"#, 422),
            (#"{"email":"ada@example.com"}"#, 409), (String(repeating: "x", count: 70_000), 413), (String(repeating: "[", count: 60_000), 400),
            (#"{"email":"a@b.de","password":"\#(String(repeating: "x", count: 73))"}"#, 422),
            (#"{"email":"a@b.de","password":"Password1"}"#, 422), (#"{"email":"a@b.de","password":""}"#, 422),
        ] {
            let reply = try await http.post(server.users, "/create", body)
            #expect(reply.status == status, "\(body.prefix(40)): \(reply.body)")
            #expect(reply.headers["content-type"] == "application/problem+json")
            #expect(reply.json?["error"] is String)
        }
        // Without a length that could be looked at first.
        let chunked = try RawConnection(server.users)
        try chunked.send("POST /create HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in 0..<5 { try chunked.send("4000\r\n" + String(repeating: " ", count: 0x4000) + "\r\n") }
        try chunked.send("0\r\n\r\n")
        try await eventually("it is too large", within: .seconds(10)) { chunked.received().hasPrefix("HTTP/1.1 413") }
        #expect(try await http.get(server.users, "/api/v1/users/nobody", token: server.token()).status == 404)
        #expect(try await http.get(server.users, "/nothing").status == 404)
        #expect(try await http.get(server.users, "/create").status == 405)
        #expect(try await http.get(server.users, "/api/v1/users?limit=x", token: server.token()).status == 422)
        try await server.stop()
    }

    @Test func oneRequestIdTellsTheWholeStory() async throws {
        let server = try await Server.start(home: home.path, ["--log-level", "debug", "--log-format", "json"])
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com"}"#, headers: ["X-Request-Id": "story-1"]).status == 200)
        // The commit that creates a user publishes its event.
        let messages = ["user created", "mail queued", "mail sent"]
        try await eventually("the story is in the log: \(server.process.errors)") {
            let lines = server.process.errors.split(separator: "\n").filter { $0.contains(#""request_id":"story-1""#) }
            return messages.allSatisfy { message in lines.contains { $0.contains(#""message":"\#(message)""#) } }
        }
        for line in server.process.errors.split(separator: "\n") { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        let event = try await shippy("events", "tail", "--all", "--at-end", "-o", "jsonl").objects()[0]
        #expect((event["headers"] as? [String: String])?["X-Request-Id"] == "story-1")
        #expect(try await shippy("mail", "list", "-o", "jsonl").objects()[0]["request_id"] as? String == "story-1")
        try await server.stop()
    }

    @Test func commandsUseWhatIsRunning() async throws {
        let server = try await Server.start(home: home.path)
        let created = try await shippy("user", "create", "ada@example.com", "-o", "json")
        #expect(created.status == 0)
        #expect(created.errors.isEmpty)
        #expect(try await http.get(server.users, "/api/v1/users/\(created.objects()[0]["id"] as? String ?? "")", token: server.token()).status == 200)
        #expect(try await shippy("user", "create", "ADA@example.com").status == 65)
        #expect(try await shippy("user", "delete", "ada@example.com").status == 0)
        #expect(try await shippy("user", "get", "ada@example.com").status == 66)
        let test = try await shippy("mail", "test", "bob@example.com", "-o", "json")
        #expect(test.status == 0)
        #expect(try test.objects()[0]["state"] as? String == "sent")
        let instances = try await shippy("registry", "list", "-o", "jsonl").objects()
        #expect(instances.map { "\($0["service"] ?? "") \($0["protocol"] ?? "")" }.sorted() == ["notificator grpc", "users grpc", "users http"])
        #expect(instances.allSatisfy { ($0["ttl_left"] as? Double ?? 0) > 0 && $0["ttl"] as? Int == 10 })
        #expect(try await shippy("status").output.contains("127.0.0.1"))
        try await server.stop()
        #expect(try await shippy("registry", "list", "-o", "jsonl").lines.isEmpty)
    }

    @Test func aTailInAnotherProcessFollows() async throws {
        let server = try await Server.start(home: home.path)
        let tail = try ShippyBinary.start(ShippyBinary.path, ["events", "tail", "-o", "jsonl"], home: home.path, files: TemporaryDirectory())
        // Once it runs, whatever comes is seen: so ask until the first one is.
        var number = 0
        try await eventually("the tail follows") {
            number += 1
            _ = try await http.post(server.users, "/create", #"{"email":"warm\#(number)@example.com"}"#)
            return tail.output.contains("warm")
        }
        for number in 0..<50 { #expect(try await http.post(server.users, "/create", #"{"email":"u\#(number)@example.com"}"#).status == 200) }
        try await eventually("all are seen") { tail.output.contains("u49@example.com") }
        let sequences = try tail.output.split(separator: "\n").map { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }.map {
            $0?["seq"] as? Int ?? 0
        }
        #expect(sequences == Array(sequences[0]..<(sequences[0] + sequences.count)))
        tail.signal(SIGINT)
        #expect(try await tail.status() == 130)
        try await server.stop()
    }

    @Test func healthAndMetrics() async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await http.get(server.ops, "/health/live").status == 200)
        #expect(try await http.get(server.ops, "/health/ready").status == 200)
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com","password":"correct horse"}"#).status == 200)
        let metrics = try await eventually("the mail is sent") {
            let text = try await http.get(server.ops, "/metrics").body
            return text.contains(#"shippy_mails{state="sent"} 1"#) ? text : nil
        }
        for line in [
            #"http_request_duration_seconds_count{service="users",method="POST",handler="/create",code="200"} 1"#, "shippy_users_created_total 1",
            "shippy_hash_queue_depth 0", "shippy_hash_duration_seconds_count 1", "shippy_outbox_pending 0", "shippy_outbox_oldest_age_seconds 0",
            #"shippy_consumer_lag{consumer="notificator"} 0"#,
            #"shippy_mail_replies_total{outcome="sent"} 1"#, #"shippy_registry_instances{service="users"} 2"#,
        ] {
            #expect(metrics.contains(line), "\(line)")
        }
        #expect(!metrics.contains("shippy_relay"), "the commit of a user publishes its event")
        try await server.stop()
    }

    @Test func aTakenPortIsOneClearLine() async throws {
        let server = try await Server.start(home: home.path)
        let other = try TemporaryDirectory()
        for option in ["--users-http", "--users-grpc"] {
            let address = option == "--users-http" ? server.users : server.addresses["users grpc"]!
            let ports = ["--users-http", "--users-grpc", "--notificator-grpc", "--ops"].filter { $0 != option }.flatMap { [$0, "127.0.0.1:0"] }
            let outcome = try await ShippyBinary.run(["up", option, address] + ports, home: other.path)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("cannot listen on \(address)"))
            #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("shippy:") } == 1)
        }
        try await server.stop()
    }

    @Test func noInFlightRequestFailsAtTheEnd() async throws {
        let server = try await Server.start(home: home.path)
        let load = Load()
        let task = Task { await load.run(clients: 8) { server.process.process.isRunning ? server.users : nil } }
        try await eventually("the load runs") { load.result.acknowledged.count > 100 }
        server.process.signal(SIGTERM)
        // From here on, a refused connection is right; an answer other than 200 is not.
        let status = try await server.process.status()
        task.cancel()
        await task.value
        #expect(status == 0)
        #expect(load.result.refused.isEmpty, "\(load.result.refused)")
        let known = Set(try Database.strings(home("shippy.db"), "SELECT id FROM users"))
        #expect(Set(load.result.acknowledged.keys).isSubset(of: known))
    }

    @Test(arguments: [(SIGTERM, 0), (SIGHUP, 0), (SIGINT, 130)] as [(Int32, Int32)])
    func aCleanStopIsNoFailure(signal: Int32, status: Int32) async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await server.stop(signal) == status)
        #expect(server.process.errors.contains("stopped"))
    }

    /// A command that does not serve is broken off by any of them.
    @Test(arguments: [SIGTERM, SIGHUP])
    func aTailThatIsEndedSaysSo(signal: Int32) async throws {
        let tail = try ShippyBinary.start(ShippyBinary.path, ["events", "tail", "--all"], home: home.path, files: TemporaryDirectory())
        try await eventually("it runs") { FileManager.default.fileExists(atPath: home("shippy.db")) }
        tail.signal(signal)
        #expect(try await tail.status() == 128 + signal)
    }

    /// As nohup has it.
    @Test func anIgnoredHangUpStaysIgnored() async throws {
        let server = try await Server.start(home: home.path, launcher: ["/bin/sh", "-c", #"trap "" HUP; exec "$@""#, "sh"])
        server.process.signal(SIGHUP)
        for _ in 0..<20 { #expect(try await http.get(server.ops, "/health/ready").status == 200) }
        #expect(try await server.stop() == 0)
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSecondSignalEndsItAtOnceAndSaysSo(second: Int32) async throws {
        // A mail that is being sent keeps the first signal waiting.
        let mails = try SilentListener()
        let server = try await Server.start(home: home.path, ["--mailer", "smtp://127.0.0.1:\(mails.port)?tls=none"])
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com"}"#).status == 200)
        try await eventually("a mail is being sent") { mails.hasConnection }
        // As timeout(1) does it: the first one twice at nearly the same time, which is one.
        server.process.signal(SIGINT)
        server.process.signal(SIGINT)
        try await eventually("it stops") { server.process.errors.contains("shutting down") }
        try await eventually("it takes the second one") {
            if server.process.errors.contains("a second signal") { return true }
            server.process.signal(second)
            return false
        }
        #expect(try await server.process.status() == 128 + second)
        #expect(server.process.errors.hasSuffix("shippy: a second signal: exiting now, without finishing what is in progress\n"))
        #expect(!server.process.errors.contains("stopped"))
    }

    @Test func manyPasswordsAtOnceLeaveTheRestAlive() async throws {
        let server = try await Server.start(home: home.path, ["--bcrypt-cost", "10"])
        // Each has 64 connections at most, and the queue has 64 places.
        let patient = (0..<4).map { _ in HTTP(timeout: 120) }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let reply = try await patient[number % 4].post(
                        server.users, "/create", #"{"email":"u\#(number)@example.com","password":"correct horse"}"#)
                    if reply.status == 503 { #expect(reply.headers["retry-after"] != nil) }
                    return reply.status
                }
            }
            for _ in 0..<20 { #expect(try await HTTP(timeout: 10).get(server.ops, "/health/live").status == 200) }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(statuses == [200, 503])
        try await server.stop()
    }

    @Test func aThousandStalledClientsAreCutOffAndOthersServed() async throws {
        // It starts with fewer descriptors than that, as most shells give.
        let server = try await Server.start(home: home.path, launcher: ["/usr/bin/prlimit", "--nofile=512:"])
        // In a process of their own: Foundation's Process does not get along with that many descriptors.
        let script = PythonScript.path("stalled-clients.py")
        let stalled = try ShippyBinary.start(
            "/usr/bin/env", ["python3", script, server.users, "1000"], home: home.path, files: TemporaryDirectory())
        try await eventually("they hold their connections: \(stalled.errors)") { stalled.output.contains("open") }
        for number in 0..<20 { #expect(try await http.post(server.users, "/create", #"{"email":"u\#(number)@example.com"}"#).status == 200) }
        #expect(!stalled.output.contains("closed"), "they were closed before anything could be seen")
        try await eventually("the stalled ones are closed: \(stalled.errors)") { stalled.output.contains("closed") }
        #expect(try await stalled.status() == 0)
        try await server.stop()
    }

    @Test func secretsAreNowhere() async throws {
        let smtp = try await SMTPServer.start()
        let server = try await Server.start(
            home: home.path, ["--log-level", "debug", "--bcrypt-cost", "10"],
            environment: ["SHIPPY_MAILER": "smtp://canary-user:canary-secret@127.0.0.1:\(smtp.port)"])
        #expect(try await http.post(server.users, "/create", #"{"email":"ada@example.com","password":"canary-password"}"#).status == 200)
        try await eventually("the mail was tried") { try await shippy("mail", "list", "-o", "jsonl").objects().first?["attempts"] as? Int == 1 }
        let arguments = try String(contentsOfFile: "/proc/\(server.process.pid)/cmdline", encoding: .utf8)
        let everywhere = [
            arguments, server.process.errors, server.process.output, try await http.get(server.ops, "/metrics").body,
            try await shippy("events", "tail", ">", "--all", "--at-end", "-o", "jsonl").output,
            try await shippy("mail", "list", "-o", "jsonl").output,
            try await shippy("user", "list", "-o", "jsonl").output, try await shippy("status").output, smtp.transcript,
        ]
        for text in everywhere {
            for canary in ["canary-password", "canary-secret", "$2b$"] { #expect(!text.contains(canary)) }
        }
        // The server offers no STARTTLS: neither mail nor credentials went out.
        #expect(smtp.messages.isEmpty)
        #expect(!smtp.transcript.contains("AUTH"))
        try await server.stop()
        try await smtp.stop()
    }

    @Test(arguments: ["users-http", "users-grpc", "notificator-grpc", "ops"])
    func aPortThatIsTakenIsNamed(option: String) async throws {
        let taken = try SilentListener()
        let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].filter { $0 != option }.flatMap { ["--\($0)", "127.0.0.1:0"] }
        let outcome = try await ShippyBinary.run(["up", "--\(option)", "127.0.0.1:\(taken.port)"] + ports, home: home.path)
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains(
                "shippy: cannot listen on 127.0.0.1:\(taken.port): the port is already in use; choose another with --\(option), or port 0 for a free one\n"
            ),
            "\(outcome.errors)")
    }
}
