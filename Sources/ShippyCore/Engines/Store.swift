/// The durable state of both services: one engine keeps users, their outbox and the mail queue.
package protocol Store: UserStore, Outbox, MailQueue, Engine {
    /// Names this database among all others. A copy of an embedded one has another name, and so has one that was moved to another
    /// file system; a dump of a PostgreSQL database that was restored elsewhere keeps its name.
    func identity() async throws -> String
}
