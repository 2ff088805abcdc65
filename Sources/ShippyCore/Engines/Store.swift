/// The durable state of both services: one engine keeps users, their outbox and the mail queue.
package protocol Store: UserStore, Outbox, MailQueue, Engine {}
