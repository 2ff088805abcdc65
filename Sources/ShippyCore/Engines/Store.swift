/// The durable state of both services: one engine keeps users and the mail queue.
package protocol Store: UserStore, MailQueue, Engine {
    /// Where the events of new users wait for the bus; nil when the commit that stores a user publishes its event, because store
    /// and bus are one system.
    var outbox: (any Outbox)? { get }

    /// Names this database among all others. A copy of an embedded one has another name, and so has one that was moved to another
    /// file system. So has a dump of a PostgreSQL database, wherever it was restored; a copy of that server's files has the same.
    func identity() async throws -> String
}
