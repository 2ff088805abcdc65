import Foundation
import GRDB
import ShippyCore

extension EmbeddedDatabase {
    /// A log of this size is not reset: a reader has held it for long.
    private static let largeLog: Int64 = 512 << 20

    /// Looks at the file's settings, its log and its file system.
    func examine() async throws -> EngineExamination {
        var concerns: [Concern] = []
        let expected = durability
        let level = try await write { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? 0 }
        if level < expected.number {
            concerns.append(
                .fault(
                    "commits to \(path) are not synced: SQLite's synchronous is \(level) instead of \(expected.number)",
                    advice: "report this: shippy sets it, and something sets it back"))
        }
        let mode = try await read { try String.fetchOne($0, sql: "PRAGMA journal_mode") ?? "" }
        if mode != "wal" {
            concerns.append(
                .fault("\(path) has the journal mode \(mode) instead of wal", advice: "stop what else writes to the file, and start shippy again"))
        }
        let log = (try? FileManager.default.attributesOfItem(atPath: "\(path)-wal")[.size] as? NSNumber)?.int64Value ?? 0
        if log > Self.largeLog {
            concerns.append(
                .warning(
                    "the log of \(path) has \(log >> 20) MiB: something has been reading the database for long",
                    advice: "end programs that hold it open (`fuser -v \(path)` lists them)"))
        }
        if case .network(let name) = FileSystem(path)?.kind {
            concerns.append(
                .fault(
                    "\(path) is on a network file system (\(name)), where SQLite's locks do not hold between machines",
                    advice: "move the data directory to a local disk, or use PostgreSQL"))
        }
        let version = try await read { try String.fetchOne($0, sql: "SELECT sqlite_version()")! }
        return EngineExamination(version: "SQLite \(version)", concerns: concerns)
    }
}
