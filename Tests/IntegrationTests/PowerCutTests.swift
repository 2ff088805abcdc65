import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// The promise of a sync: what was acknowledged survives a power cut, with its event and its mail.
@Suite struct PowerCutTests {
    private static let cuts = 20

    @Test(.timeLimit(.minutes(15)), arguments: [[["up"]], [["serve", "users"], ["serve", "notificator"]]])
    func whatWasAcknowledgedSurvives(commands: [[String]]) async throws {
        let power = try await PowerCut()
        let address = Mutex<String?>(nil)
        let load = Load()
        let task = Task { await load.run(clients: 8) { address.withLock { $0 } } }
        defer { task.cancel() }
        let first = UInt64.random(in: 1...1_000_000)
        for cut in 0..<Self.cuts {
            let before = load.result.acknowledged.count
            var servers: [Server] = []
            for command in commands { servers.append(try await Server.start(command, home: power.home, environment: power.environment)) }
            let users = servers[0].users
            address.withLock { $0 = users }
            try await eventually("creates go on") { load.result.acknowledged.count > before + 10 }
            // Not a wait for anything: the moment of the cut is to be any.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...400)))
            for server in servers { server.process.signal(SIGKILL) }
            address.withLock { $0 = nil }
            for server in servers { _ = try await server.process.status() }
            // Every other time something survives that nobody synced.
            try await power.restore(seed: cut.isMultiple(of: 2) ? 0 : first + UInt64(cut))
        }
        let server = try await Server.start(home: power.home)
        task.cancel()
        await task.value
        let missing = try await missing(load.result.acknowledged, home: power.home)
        #expect(missing.count == 0, "\(missing.count) of \(load.result.acknowledged.count) acknowledged users are gone, seed \(first)")
        try await waitUntilAllIsSent(home: power.home)
        #expect(try await server.stop() == 0)
        try await settle(home: power.home, seed: first)
    }

    private func objects(_ arguments: String..., home: String) async throws -> [[String: Any]] {
        let outcome = try await ShippyBinary.run(arguments + ["-o", "jsonl"], home: home)
        guard outcome.status == 0 else { throw NeverHappened(description: "\(arguments): \(outcome.errors)") }
        return try outcome.objects()
    }

    private func missing(_ acknowledged: [String: String], home: String) async throws -> Set<String> {
        let users = try await objects("user", "list", "--all", home: home).compactMap { $0["id"] as? String }
        return Set(acknowledged.keys).subtracting(users)
    }

    private func waitUntilAllIsSent(home: String) async throws {
        try await eventually("all is sent", within: .seconds(120)) {
            let status = try await ShippyBinary.run(["status", "-o", "json"], home: home).objects()[0]
            let mails = status["mails"] as? [String: Int] ?? [:]
            return mails["sent"] == status["users"] as? Int && mails["queued"] == 0 && mails["sending"] == 0
        }
    }

    /// Each user has one event, each event one mail, and each mail one file, under the same Message-ID.
    private func settle(home: String, seed: UInt64) async throws {
        let users = try await objects("user", "list", "--all", home: home).compactMap { $0["id"] as? String }
        let events = try await objects("events", "tail", "--all", "--at-end", home: home)
        #expect(events.count { $0["notice"] != nil } == 0)
        let ofUsers = events.compactMap { ($0["data"] as? [String: Any])?["id"] as? String }
        #expect(Set(ofUsers).symmetricDifference(users).count == 0, "users without an event, or events without a user; seed \(seed)")
        #expect(ofUsers.count == users.count, "a user with two events; seed \(seed)")
        let ids = Set(events.compactMap { $0["id"] as? String })
        #expect(ids.count == events.count)
        let mails = try await objects("mail", "list", "--all", home: home)
        #expect(mails.compactMap { $0["event_id"] as? String }.count == ids.count)
        #expect(ids.symmetricDifference(mails.compactMap { $0["event_id"] as? String }).count == 0, "events without a mail; seed \(seed)")
        var messages: [String] = []
        for folder in ["new", "cur"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(home)/mail/\(folder)") {
                let text = try String(contentsOfFile: "\(home)/mail/\(folder)/\(name)", encoding: .utf8)
                let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("message-id:") }
                messages.append(String(try #require(line, "no Message-ID in \(name): \(text.prefix(200))")))
            }
        }
        #expect(messages.count == mails.count, "mails that are sent, and not in the folder; seed \(seed)")
        #expect(Set(messages).count == mails.count)
    }
}
