/// How long a store keeps finished records.
package struct StoreRetention: Sendable {
    /// Kept in case the bus loses its last seconds, and for lookups.
    package var publishedRecord = Duration.seconds(600)
    package var idempotencyKey = Duration.seconds(7 * 86_400)
    /// Of mails that are sent or cancelled. Must be longer than events are kept: a mail's row prevents a second mail for the same event.
    package var sentMail = Duration.seconds(90 * 86_400)
    package var audit = Duration.seconds(365 * 86_400)
    /// After its expiry, so that a list still shows why a program is refused.
    package var expiredToken = Duration.seconds(30 * 86_400)

    package init() {}
}
