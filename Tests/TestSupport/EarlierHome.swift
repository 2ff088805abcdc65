import Foundation
import GRDB

/// A data directory as release 0.1 left it, which kept events in a file of their own. Made by that release from `Tests/Fixtures/0.1.0`:
///
/// - 12 users, of whom 4 were created under an idempotency key;
/// - a mail in each state: 3 sent, one queued, one being sent, one dead;
/// - 10 events. One is a dead letter, one is of another subject. The notificators have taken the first 9; the ninth is in the hands
///   of a member for the second time;
/// - an outbox with records that both the log and a NATS stream have, one that only the stream has, one that the stream would
///   not take, and two that are pending.
package enum EarlierHome {
    package static func make(at path: String) throws {
        try make(at: path, from: "0.1.0", ["shippy", "events", "registry"])
    }

    /// As a later build of that release left it, which kept everything in one file but knew no accounts: two users, one of whom has
    /// a password, and the three events and mails of these two and of one who was deleted.
    package static func makeOneFile(at path: String) throws {
        try make(at: path, from: "0.1.0-one-file", ["shippy"])
    }

    private static func make(at path: String, from fixture: String, _ names: [String]) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Fixtures/\(fixture)").standardized
        for name in names {
            let script = try String(contentsOf: fixtures.appendingPathComponent("\(name).sql"), encoding: .utf8)
            let database = try DatabaseQueue(path: "\(path)/\(name).db")
            try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA journal_mode = WAL")
                try db.execute(sql: script)
            }
            try database.close()
            _ = FileManager.default.createFile(atPath: "\(path)/\(name).db-changed", contents: Data([1]))
        }
    }

    /// The events that have to be in the log once it is taken over: by their ids, in order.
    package static func eventIDs(at path: String) throws -> [String] {
        let published = try DatabaseQueue(path: "\(path)/events.db").read { try String.fetchAll($0, sql: "SELECT id FROM events ORDER BY seq") }
        let outbox = try DatabaseQueue(path: "\(path)/shippy.db").read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT event_id FROM outbox_set_aside
                    UNION ALL SELECT * FROM (SELECT event_id FROM outbox WHERE position > 9 ORDER BY position)
                    """)
        }
        return published + outbox
    }
}
