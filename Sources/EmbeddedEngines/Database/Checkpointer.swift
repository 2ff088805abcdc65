import Dispatch
import GRDB
import GRDBSQLite
import ShippyCore
import Synchronization

/// Copies the write-ahead log back into the database on a connection and a thread of its own, so that no commit waits for it.
///
/// SQLite by itself does that inside the commit that finds the log full: that commit, and all behind it, then take tens of
/// milliseconds.
final class Checkpointer: Sendable {
    /// How many new pages in the log are worth copying back in the background.
    private static let backgroundPages: Int32 = 4000
    /// Pages from which a commit does it, after all: only so is the log ever begun anew under a load without pauses. Most of
    /// it has been copied by then.
    private static let inlinePages: Int32 = 12_000

    private struct State {
        var isRunning = false
        /// How many pages the log had when the last copying began.
        var copied: Int32 = 0
    }

    private let path: String
    private let durability: EmbeddedDatabase.Durability
    private let queue = DispatchQueue(label: "shippy.checkpoint", qos: .utility)
    private let state = Mutex(State())

    init(path: String, durability: EmbeddedDatabase.Durability) {
        self.path = path
        self.durability = durability
    }

    /// Takes the place of SQLite's own checkpoints on a connection that writes.
    func attach(to db: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, connection, _, pages in
                let checkpointer = Unmanaged<Checkpointer>.fromOpaque(context!).takeUnretainedValue()
                if pages >= Checkpointer.inlinePages {
                    // A failure shows again at the next commit; the log is what counts until then.
                    sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                } else {
                    checkpointer.logHas(pages)
                }
                return SQLITE_OK
            }, context)
    }

    private func logHas(_ pages: Int32) {
        let mustStart = state.withLock { state in
            // Fewer than before: the log was begun anew.
            if pages < state.copied { state.copied = 0 }
            guard !state.isRunning, pages - state.copied >= Self.backgroundPages else { return false }
            state = State(isRunning: true, copied: pages)
            return true
        }
        guard mustStart else { return }
        queue.async { [self] in
            defer { state.withLock { $0.isRunning = false } }
            // As above: nothing is lost when it fails.
            let connection = try? DatabaseQueue(path: path)
            try? connection?.writeWithoutTransaction { db in
                // Both sync the log before it is copied back, and the database before the log is begun anew.
                try db.setDurability(durability)
                try db.checkpoint(.passive)
            }
            try? connection?.close()
        }
    }
}
