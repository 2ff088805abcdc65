/// The durable state of both services: users and the mail queue in one engine.
package protocol Store: UserStore, MailQueue, Engine {
    /// Events of new users waiting for the bus; nil when store and bus are one system, so that the commit that stores a user also
    /// publishes its event.
    var outbox: (any Outbox)? { get }

    /// Identifies this database. A copy of an embedded database has a different identity, and so has one moved to another file
    /// system or a restored dump of a PostgreSQL database. A copy of a PostgreSQL server's files has the same identity.
    func identity() async throws -> String
}
