import Dispatch
import GRDB
import GRDBSQLite
import ShippyCore
import Synchronization

/// Checkpoints the write-ahead log on its own connection and thread, so that commits do not wait for it.
///
/// SQLite's automatic checkpoint runs inside the commit that finds the log full: that commit, and all behind it, then take tens
/// of milliseconds. Here a commit copies only the last few pages, unless the log grows too large. It has to copy those, because
/// under a constant load nothing else restarts the log.
final class Checkpointer: Sendable {
    /// New pages in the log that start a background checkpoint.
    private static let backgroundPages: Int32 = 4000
    /// Pages in the log from which a commit copies all that is left, so that the log does not grow without bound.
    private static let inlinePages: Int32 = 40_000
    /// The most pages left for a commit to copy. A background checkpoint makes up to `rounds` rounds to get to `fewPages`.
    private static let leftPages = 1000
    private static let fewPages = 64
    private static let rounds = 4

    private struct State {
        var isRunning = false
        /// Pages in the log when the last background checkpoint began.
        var copied: Int32 = 0
        /// Whether the next commit should copy the rest.
        var isNearlyCopied = false
    }

    private enum Action { case none, copyHere, copyInBackground }

    private let path: String
    private let durability: EmbeddedDatabase.Durability
    private let queue = DispatchQueue(label: "shippy.checkpoint", qos: .utility)
    private let state = Mutex(State())

    init(path: String, durability: EmbeddedDatabase.Durability) {
        self.path = path
        self.durability = durability
    }

    /// Replaces SQLite's automatic checkpoints on a connection that writes.
    func attach(to db: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, connection, _, pages in
                let checkpointer = Unmanaged<Checkpointer>.fromOpaque(context!).takeUnretainedValue()
                switch checkpointer.action(pages) {
                case .none: break
                // Ignores a failure: the data is safe in the log, and the next commit tries again.
                case .copyHere: sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                case .copyInBackground: checkpointer.copy()
                }
                return SQLITE_OK
            }, context)
    }

    private func action(_ pages: Int32) -> Action {
        state.withLock { state in
            // The log has been restarted.
            if pages < state.copied { (state.copied, state.isNearlyCopied) = (0, false) }
            if state.isNearlyCopied || pages >= Self.inlinePages {
                state.isNearlyCopied = false
                return .copyHere
            }
            guard !state.isRunning, pages - state.copied >= Self.backgroundPages else { return .none }
            (state.isRunning, state.copied) = (true, pages)
            return .copyInBackground
        }
    }

    private func copy() {
        queue.async { [self] in
            // Ignores a failure, as above.
            let connection = try? DatabaseQueue(path: path)
            let isNearlyCopied = try? connection?.writeWithoutTransaction { db in
                // Both levels sync the log before copying it back, and the database before restarting the log.
                try db.setDurability(durability)
                // Each round copies what was written during the one before, and so is shorter.
                var left = Int.max
                for _ in 0..<Self.rounds where left > Self.fewPages {
                    let (pages, copied) = try db.checkpoint(.passive)
                    left = pages - copied
                }
                // More are left if a reader was in the way.
                return left <= Self.leftPages
            }
            try? connection?.close()
            state.withLock { ($0.isRunning, $0.isNearlyCopied) = (false, isNearlyCopied ?? false) }
        }
    }
}
