/// How long a store keeps what is done with.
enum Retention {
    /// For a bus that loses its last seconds, and for somebody who looks for a record.
    static let publishedRecord = Duration.seconds(600)
    static let idempotencyKey = Duration.seconds(7 * 86_400)
    /// Longer than any event is replayed: a mail's row is what keeps its event from being mailed again.
    static let sentMail = Duration.seconds(90 * 86_400)
}
