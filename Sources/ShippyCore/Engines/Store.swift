/// The durable state of both services: one engine keeps users, their outbox and the mail queue.
package protocol Store: UserStore, Outbox, MailQueue, Engine {
    /// Names this database among all others, for good. A copy of it is another one.
    func identity() async throws -> String
}
