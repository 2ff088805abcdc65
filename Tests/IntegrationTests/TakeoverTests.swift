import Foundation
import TestSupport
import Testing

/// The real binary on a data directory of release 0.1.
@Suite struct TakeoverTests {
    private static let points = 20

    /// What is in the directory, in words that can be compared.
    private func books(_ home: String) throws -> [[String]] {
        try [
            "SELECT id || email || ifnull(password_hash, '') FROM users ORDER BY id",
            "SELECT key || fingerprint || user_id FROM idempotency ORDER BY key",
            "SELECT id || ifnull(event_id, '') || state || attempts FROM mails ORDER BY id",
            "SELECT seq || id || hex(headers) || hex(payload) FROM events ORDER BY seq",
            "SELECT identity || first_seq || last_seq || bytes || dead_letters FROM stream", "SELECT name || next_seq FROM consumers",
            "SELECT consumer || first_seq || last_seq || attempt FROM leases", "SELECT event_id FROM outbox", "SELECT event_id FROM outbox_set_aside",
        ].map { try Database.strings("\(home)/shippy.db", $0) }
    }

    /// As ``EarlierHome``, with an outbox that no other bus was offered: that one a command takes over, too.
    private func make(at home: String) throws {
        try EarlierHome.make(at: home)
        try Database.execute("\(home)/shippy.db", "UPDATE outbox_state SET offered_identity = ''; UPDATE outbox_runs SET identity = ''")
    }

    /// What is there after a start that nothing disturbs, and how many times that start changes a file.
    private func undisturbed() async throws -> (books: [[String]], changes: Int) {
        let power = try await PowerCut()
        try make(at: power.home)
        let expected = try EarlierHome.eventIDs(at: power.home)
        let outcome = try await ShippyBinary.run(["events", "status"], home: power.home, environment: power.counting)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try Database.strings("\(power.home)/shippy.db", "SELECT id FROM events ORDER BY seq") == expected)
        #expect(!FileManager.default.fileExists(atPath: "\(power.home)/events.db"))
        return (try books(power.home), try power.changes())
    }

    /// The power is cut at twenty points of the first start; the next one finds only what was synced, and something more by chance.
    @Test(.timeLimit(.minutes(5))) func killedAnywhereItLosesNothingAndDoublesNothing() async throws {
        let (expected, changes) = try await undisturbed()
        try #require(changes > Self.points)
        for point in 1...Self.points {
            let power = try await PowerCut()
            try make(at: power.home)
            let last = changes * point / (Self.points + 1)
            let killed = try await ShippyBinary.run(["events", "status"], home: power.home, environment: power.killing(after: last))
            #expect(killed.status == 137, "\(killed.errors)")
            try await power.restore(seed: point.isMultiple(of: 2) ? 0 : UInt64(point))
            let outcome = try await ShippyBinary.run(["events", "status"], home: power.home)
            #expect(outcome.status == 0, "after \(last) of \(changes) changes: \(outcome.errors)")
            #expect(try books(power.home) == expected, "after \(last) of \(changes) changes")
            #expect(!FileManager.default.fileExists(atPath: "\(power.home)/events.db"))
        }
    }

    @Test func processesThatStartTogetherAllWork() async throws {
        let (expected, _) = try await undisturbed()
        let commands = [["user", "list"], ["mail", "list"], ["events", "status"], ["events", "tail", "--all", "--at-end"], ["status"]]
        for _ in 0..<5 {
            let place = try TemporaryDirectory()
            try make(at: place("home"))
            let outcomes = try await withThrowingTaskGroup(of: Outcome.self) { group in
                for command in commands { group.addTask { try await ShippyBinary.run(command, home: place("home")) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.errors)") }
            #expect(try books(place("home")) == expected)
        }
    }

    /// What was left to do is done: every user has one event and one mail.
    @Test func theServicesGoOn() async throws {
        let place = try TemporaryDirectory()
        let home = place("home")
        try EarlierHome.make(at: home)
        let server = try await Server.start(home: home)
        func strings(_ sql: String) throws -> [String] { try Database.strings("\(home)/shippy.db", sql) }
        try await eventually("the mails are sent") {
            try strings("SELECT id FROM mails WHERE state = 'sent'").count == 11
        }
        #expect(try strings("SELECT last_reply FROM mails WHERE state = 'dead'").count == 1)
        #expect(try strings("SELECT count(DISTINCT event_id) FROM mails") == ["12"])
        #expect(try await server.stop() == 0)
    }
}
