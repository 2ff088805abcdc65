/// Changes that the processes sharing a database tell each other.
enum EmbeddedSignal: String {
    /// The log has new events.
    case events
    /// Mails may have become due.
    case mail
    /// The outbox has new records.
    case outbox
}
