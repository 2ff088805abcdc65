/// A table that moves from one store to another, as both sides show it. Engines that name or type something differently map it.
package struct MovedTable: Hashable, Sendable {
    package enum Kind: Sendable { case integer, text, bytes }

    package struct Column: Hashable, Sendable {
        package let name: String
        package let kind: Kind
        /// Whether it is a time of the store's clock, which is another one in another store.
        package let isTimed: Bool

        fileprivate static func integer(_ name: String) -> Column { Column(name: name, kind: .integer, isTimed: false) }
        fileprivate static func time(_ name: String) -> Column { Column(name: name, kind: .integer, isTimed: true) }
        fileprivate static func text(_ name: String) -> Column { Column(name: name, kind: .text, isTimed: false) }
        fileprivate static func bytes(_ name: String) -> Column { Column(name: name, kind: .bytes, isTimed: false) }
    }

    package let name: String
    /// The key's columns come first.
    package let columns: [Column]
    package let keyLength: Int
    /// Whether it always has one row, which a new store has, too.
    package let isSingle: Bool
    /// About how many rows to read at once.
    package let pageLimit: Int

    private init(_ name: String, key: Int = 1, isSingle: Bool = false, pageLimit: Int = 4096, _ columns: [Column]) {
        self.name = name
        self.columns = columns
        keyLength = key
        self.isSingle = isSingle
        self.pageLimit = pageLimit
    }

    /// Whether it is copied while the source is in use. All others are copied when nobody can write any more: each is small, or says how
    /// far something else is.
    package var isFollowed: Bool { Self.followed.contains(self) }

    package static let followed = [users, idempotency, mails, mailAttempts, sessions, tokens, revocations, signingKeys, audit]

    /// The key's columns.
    package var key: ArraySlice<Column> { columns.prefix(keyLength) }

    package func index(of column: String) -> Int { columns.firstIndex { $0.name == column }! }

    /// Everything that moves, in this order. The outbox comes last, because what it says about the bus changes if the bus moves, too.
    package static let all = [
        users, idempotency, mails, mailAttempts, mailTotals, sessions, tokens, revocations, signingState, signingKeys, audit, outbox, setAside,
        published, pending, outboxState, sequences,
    ]

    package static let users = MovedTable(
        "users",
        [
            .text("id"), .text("name"), .text("company"), .text("email"), .text("password_hash"), .integer("created_at"), .text("request_id"),
            .text("role"), .integer("disabled"), .integer("revision"), .text("created_by"), .integer("confirmed"), .text("origin"),
        ])
    package static let idempotency = MovedTable(
        "idempotency", [.text("key"), .text("fingerprint"), .text("user_id"), .time("used_at"), .text("password_hash")])
    /// Without the owner: nobody holds a mail of the new store, and a mail that somebody was sending counts as after a crash.
    package static let mails = MovedTable(
        "mails",
        [
            .text("id"), .text("event_id"), .text("recipient"), .text("domain"), .text("template"), .text("name"), .text("company"),
            .text("content"), .text("state"), .integer("attempts"), .time("due_at"), .text("last_reply"), .text("request_id"),
            .integer("created_at"), .integer("fence"), .text("link"), .integer("earlier_attempts"), .text("copy_of"), .text("copied_event_id"),
            .text("trace"), .text("user_id"),
        ])
    package static let mailAttempts = MovedTable(
        "mail_attempts", key: 2,
        [
            .text("mail_id"), .integer("number"), .integer("started_at"), .integer("ended_at"), .text("server"), .text("outcome"),
            .text("reply"),
        ])
    package static let mailTotals = MovedTable("mail_totals", isSingle: true, [.integer("id"), .integer("sent")])
    package static let sessions = MovedTable(
        "sessions",
        [
            .text("id"), .text("user_id"), .integer("created_at"), .time("last_used_at"), .time("expires_at"), .integer("expires_day"),
            .integer("counter"), .integer("previous"), .time("counter_since"), .text("client"), .text("address"),
        ])
    package static let tokens = MovedTable(
        "api_tokens",
        [
            .text("id"), .text("name"), .text("role"), .bytes("hash"), .text("created_by"), .integer("created_at"), .time("expires_at"),
            .integer("last_used_at"),
        ])
    package static let revocations = MovedTable(
        "revocations", [.integer("id"), .text("kind"), .text("subject"), .text("except_session"), .time("at")])
    package static let signingState = MovedTable("signing_state", isSingle: true, [.integer("id"), .integer("revision")])
    package static let signingKeys = MovedTable(
        "signing_keys",
        [
            .text("id"), .bytes("public_key"), .bytes("sealed_private_key"), .integer("created_at"), .integer("signs_from"),
            .integer("retires_at"),
        ])
    package static let audit = MovedTable(
        "audit",
        [
            .text("id"), .integer("at"), .text("actor"), .text("address"), .text("action"), .text("target"), .text("outcome"),
            .text("request_id"), .text("detail"),
        ])
    package static let outbox = MovedTable(
        "outbox", pageLimit: 1024,
        [.integer("position"), .text("event_id"), .text("subject"), .integer("time"), .bytes("headers"), .bytes("payload")])
    package static let setAside = MovedTable(
        "outbox_set_aside", pageLimit: 1024,
        [
            .integer("position"), .text("event_id"), .text("subject"), .integer("time"), .bytes("headers"), .bytes("payload"), .text("reason"),
            .integer("set_aside_at"),
        ])
    /// The records of the outbox that a bus has acknowledged. A sequence is the record's own or, if the store has not kept it, a later one:
    /// then more records are published again after the bus has lost some, but none is missing.
    package static let published = MovedTable(
        "outbox_published", pageLimit: 50_000, [.integer("position"), .text("identity"), .integer("sequence"), .time("published_at")])
    /// The other records of the outbox.
    package static let pending = MovedTable("outbox_pending", pageLimit: 50_000, [.integer("position")])
    /// Without its holder: nobody has the new store's outbox.
    package static let outboxState = MovedTable(
        "outbox_state", isSingle: true,
        [.integer("id"), .integer("fence"), .integer("offered_through"), .text("offered_identity"), .integer("offered_sequence")])
    /// The last number of each table that numbers its rows: none is used again.
    package static let sequences = MovedTable("sequences", isSingle: true, [.integer("id"), .integer("outbox"), .integer("revocations")])
}
