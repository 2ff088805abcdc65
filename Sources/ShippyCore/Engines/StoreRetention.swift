/// How long a store keeps finished records.
package struct StoreRetention: Sendable {
    /// In case the bus loses its last seconds, and for looking records up.
    package var publishedRecord = Duration.seconds(600)
    package var idempotencyKey = Duration.seconds(7 * 86_400)
    /// Must be longer than events are kept: a mail's row keeps its event from being mailed again.
    package var sentMail = Duration.seconds(90 * 86_400)

    package init() {}
}
