/// The durable state of both services: users, who may do what, and the mail queue, in one engine.
package protocol Store: UserStore, MailQueue, AccessStore, AuditLog, StoryRecords, Engine {
    /// Events of new users waiting for the bus; nil if store and bus are one system, where the commit of a user also publishes
    /// its event.
    var outbox: (any Outbox)? { get }

    /// Identifies this database. The identity changes when an embedded database is copied or moved to another file system, and
    /// when a dump of a PostgreSQL database is restored. A copy of a PostgreSQL server's files keeps it.
    func identity() async throws -> String
}
