import GRDB
package import ShippyCore

extension SQLiteStore {
    /// Keeps all mails that wait from being sent until somebody retries them: they stay queued, but are due at `time`.
    ///
    /// Only for a database that nobody sends mails from.
    /// - Returns: how many there are.
    package func holdMails(until time: Timestamp, saying reply: String) async throws -> Int {
        try await database.write { [database] db in
            try db.execute(
                sql: """
                    UPDATE mails SET state = 'queued', due_at = ?, last_reply = ?, owner = NULL, fence = fence + 1 WHERE due_at IS NOT NULL
                    """, arguments: [database.clock.time(ofWall: time).milliseconds, reply])
            return db.changesCount
        }
    }

    /// Ends all sessions, and removes the signing keys: both are worthless without the secret that they were made under. Removes all tokens
    /// of programs, too, which would be worth something: whoever has one for the original must not get into the copy with it.
    ///
    /// - Returns: how many sessions there were.
    package func endSessionsOfLostSecret() async throws -> Int {
        try await database.write { db in
            try db.execute(sql: "UPDATE signing_state SET revision = revision + 1")
            try db.execute(sql: "DELETE FROM signing_keys")
            try db.execute(sql: "DELETE FROM api_tokens")
            try db.execute(sql: "DELETE FROM sessions")
            return db.changesCount
        }
    }
}
