/// How long a store keeps what is done with.
package struct StoreRetention: Sendable {
    /// For a bus that loses its last seconds, and for somebody who looks for a record.
    package var publishedRecord = Duration.seconds(600)
    package var idempotencyKey = Duration.seconds(7 * 86_400)
    /// To be longer than any event is replayed: a mail's row is what keeps its event from being mailed again.
    package var sentMail = Duration.seconds(90 * 86_400)

    package init() {}
}
