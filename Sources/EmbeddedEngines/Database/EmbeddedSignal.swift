/// What the processes that share a database tell each other.
enum EmbeddedSignal: String {
    /// There are new events in the log.
    case events
    /// Mails may have become due.
    case mail
    /// There are new records in the outbox.
    case outbox
}
