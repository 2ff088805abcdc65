import Dispatch
import GRDB
import GRDBSQLite
import ShippyCore
import Synchronization

/// Copies the write-ahead log back into the database on a connection and a thread of its own, so that no commit waits for it.
///
/// SQLite by itself does that inside the commit that finds the log full: that commit, and all behind it, then take tens of
/// milliseconds. Only the last few pages are left to a commit, because nothing else has the log begun anew under a load without
/// pauses.
final class Checkpointer: Sendable {
    /// How many new pages in the log are worth copying back in the background.
    private static let backgroundPages: Int32 = 4000
    /// Pages from which a commit copies whatever is left: a log must not grow without end.
    private static let inlinePages: Int32 = 40_000
    /// So few pages may be left to a commit; fewer, if some rounds of copying get there.
    private static let leftPages = 1000
    private static let fewPages = 64
    private static let rounds = 4

    private struct State {
        var isRunning = false
        /// How many pages the log had when the last copying began.
        var copied: Int32 = 0
        /// Whether it is worth the next commit's while to copy the rest.
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

    /// Takes the place of SQLite's own checkpoints on a connection that writes.
    func attach(to db: Database) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            db.sqliteConnection,
            { context, connection, _, pages in
                let checkpointer = Unmanaged<Checkpointer>.fromOpaque(context!).takeUnretainedValue()
                switch checkpointer.action(pages) {
                case .none: break
                // A failure shows again at the next commit; the log is what counts until then.
                case .copyHere: sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                case .copyInBackground: checkpointer.copy()
                }
                return SQLITE_OK
            }, context)
    }

    private func action(_ pages: Int32) -> Action {
        state.withLock { state in
            // Fewer than before: the log was begun anew.
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
            // As above: nothing is lost when it fails.
            let connection = try? DatabaseQueue(path: path)
            let isNearlyCopied = try? connection?.writeWithoutTransaction { db in
                // Both sync the log before it is copied back, and the database before the log is begun anew.
                try db.setDurability(durability)
                // What is written meanwhile is copied in the next round, which is shorter.
                var left = Int.max
                for _ in 0..<Self.rounds where left > Self.fewPages {
                    let (pages, copied) = try db.checkpoint(.passive)
                    left = pages - copied
                }
                // More, if a reader was in the way.
                return left <= Self.leftPages
            }
            try? connection?.close()
            state.withLock { ($0.isRunning, $0.isNearlyCopied) = (false, isNearlyCopied ?? false) }
        }
    }
}
