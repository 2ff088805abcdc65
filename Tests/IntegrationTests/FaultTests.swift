import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// What must hold when something dies, fills up or hangs.
@Suite struct FaultTests {
    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String...) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path)
    }

    /// Every acknowledged user is there, with one event and with mail under one Message-ID.
    private func expectNothingLost(_ load: Load) async throws {
        let acknowledged = load.result.acknowledged
        let users = try Database.strings(home("shippy.db"), "SELECT id FROM users")
        #expect(Set(acknowledged.keys).isSubset(of: Set(users)))
        let events = try await shippy("events", "tail", "--all", "--at-end", "-o", "jsonl").objects()
        #expect(events.allSatisfy { $0["notice"] == nil })
        let ofUsers = events.compactMap { ($0["data"] as? [String: Any])?["id"] as? String }
        #expect(ofUsers.count == users.count)
        #expect(Set(ofUsers) == Set(users))
        let ids = Set(events.compactMap { $0["id"] as? String })
        #expect(ids.count == users.count)
        let mails = try Database.strings(home("shippy.db"), "SELECT event_id FROM mails WHERE state = 'sent'")
        #expect(mails.count == users.count)
        #expect(Set(mails) == ids)
        let files = try FileManager.default.contentsOfDirectory(atPath: home("mail/new"))
        #expect(files.count == users.count)
        for name in ["shippy.db", "registry.db"] {
            #expect(try Database.strings(home(name), "PRAGMA integrity_check") == ["ok"])
        }
    }

    private func waitUntilAllIsSent() async throws {
        try await eventually("all is sent", within: .seconds(120)) {
            let status = try await shippy("status", "-o", "json").objects()[0]
            let mails = status["mails"] as? [String: Int] ?? [:]
            return mails["sent"] == status["users"] as? Int && mails["queued"] == 0 && mails["sending"] == 0
        }
    }

    @Test(.timeLimit(.minutes(15))) func killedThirtyTimesUnderLoad() async throws {
        let address = Mutex<String?>(nil)
        let load = Load()
        let task = Task { await load.run(clients: 8) { address.withLock { $0 } } }
        for _ in 0..<30 {
            let before = load.result.acknowledged.count
            let server = try await Server.start(home: home.path)
            address.withLock { $0 = server.users }
            try await eventually("creates go on") { load.result.acknowledged.count > before }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
            try await server.stop(SIGKILL)
            address.withLock { $0 = nil }
        }
        let server = try await Server.start(home: home.path)
        task.cancel()
        await task.value
        try await waitUntilAllIsSent()
        #expect(try await server.stop() == 0)
        #expect(load.result.acknowledged.count > 300)
        try await expectNothingLost(load)
    }

    @Test func oneOfTwoIsKilled() async throws {
        let users = [
            try await Server.start(["serve", "users"], home: home.path, ["--registry-ttl", "3s"]),
            try await Server.start(["serve", "users"], home: home.path, ["--registry-ttl", "3s"]),
        ]
        let notificators = [
            try await Server.start(["serve", "notificator"], home: home.path, ["--registry-ttl", "3s"]),
            try await Server.start(["serve", "notificator"], home: home.path, ["--registry-ttl", "3s"]),
        ]
        #expect(try await shippy("registry", "list", "-o", "jsonl").lines.count == 6)
        let load = Load()
        let task = Task { await load.run(clients: 4) { users[1].users } }
        try await eventually("the load runs") { load.result.acknowledged.count > 200 }
        try await users[0].stop(SIGKILL)
        try await notificators[0].stop(SIGKILL)
        let killed = ContinuousClock.now
        // The command finds the one that lives, whichever it asks first.
        for number in 0..<6 {
            let outcome = try await shippy("user", "create", "c\(number)@example.com")
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try await eventually("the dead leave the registry") { try await shippy("registry", "list", "-o", "jsonl").lines.count == 3 }
        #expect(killed.duration(to: .now) < .seconds(30))
        task.cancel()
        await task.value
        try await waitUntilAllIsSent()
        try await users[1].stop()
        try await notificators[1].stop()
        try await expectNothingLost(load)
    }

    @Test func aFullDiskIsSaidAndSurvived() async throws {
        let disk = try SmallDisk(megabytes: 8)
        let server = try await Server.start(home: disk.path, ["--mailer", "maildir:\(home("mail"))"])
        #expect(try await http.post(server.users, "/create", #"{"email":"before@example.com"}"#).status == 200)
        try disk.fill()
        var number = 0
        let refused = try await eventually("the disk is full") {
            number += 1
            let reply = try await http.post(
                server.users, "/create", #"{"email":"full\#(number)@example.com","name":"\#(String(repeating: "x", count: 1000))"}"#)
            return reply.status == 200 ? nil : reply
        }
        #expect(refused.status == 503)
        #expect(refused.headers["retry-after"] != nil)
        #expect(!refused.body.contains(disk.path))
        try await eventually("it is not ready") { try await http.get(server.ops, "/health/ready").status == 503 }
        #expect(try await http.get(server.ops, "/health/live").status == 200)
        try await eventually("the log says why") { server.process.errors.contains("disk is full") }
        try disk.free()
        try await eventually("it goes on") { try await http.post(server.users, "/create", #"{"email":"after@example.com"}"#).status == 200 }
        try await eventually("it is ready again") { try await http.get(server.ops, "/health/ready").status == 200 }
        #expect(try await server.stop() == 0)
        #expect(try Database.strings("\(disk.path)/shippy.db", "PRAGMA integrity_check") == ["ok"])
    }

    /// Each of them has had the error by the time that there is room again, and one commits before the other.
    @Test func aFullDiskIsSurvivedByEachOfTwoProcesses() async throws {
        let disk = try SmallDisk(megabytes: 8)
        let servers = [
            try await Server.start(["serve", "users"], home: disk.path), try await Server.start(["serve", "users"], home: disk.path),
        ]
        try disk.fill()
        for (index, server) in servers.enumerated() {
            var number = 0
            try await eventually("the disk is full for \(index)") {
                number += 1
                let body = #"{"email":"full\#(number)@of\#(index).example","name":"\#(String(repeating: "x", count: 1000))"}"#
                return try await http.post(server.users, "/create", body).status == 503
            }
        }
        try disk.free()
        for (index, server) in servers.enumerated() {
            try await eventually("\(index) goes on") {
                try await http.post(server.users, "/create", #"{"email":"after@of\#(index).example"}"#).status == 200
            }
        }
        for server in servers { #expect(try await server.stop() == 0) }
        #expect(try Database.strings("\(disk.path)/shippy.db", "PRAGMA integrity_check") == ["ok"])
    }

    @Test func aDeadNotificatorsMailIsTakenOver() async throws {
        let smtp = try await SMTPServer.start()
        let arguments = ["--mailer", "smtp://127.0.0.1:\(smtp.port)?tls=none", "--smtp-deadline", "60s"]
        let first = try await Server.start(home: home.path, arguments)
        #expect(try await http.post(first.users, "/create", #"{"email":"tarpit@slow.example"}"#).status == 200)
        try await eventually("it hangs in the tarpit") { smtp.transcript.contains("tarpit@slow.example") }
        try await first.stop(SIGKILL)
        try await smtp.stop()
        let second = try await Server.start(home: home.path)
        try await eventually("the other one sends it") { try await shippy("mail", "list", "-o", "jsonl").objects()[0]["state"] as? String == "sent" }
        try await second.stop()
    }
}
