/// An event that waits to be published.
package struct OutboxRecord: Sendable {
    /// Identifies the record in its outbox.
    package var position: Int64
    package var event: OutgoingEvent

    package init(position: Int64, event: OutgoingEvent) {
        self.position = position
        self.event = event
    }
}

package struct OutboxStatus: Hashable, Sendable {
    package var pending: Int
    /// Seconds that the oldest pending event has waited; 0 when none waits.
    package var oldestAge: Double

    package init(pending: Int, oldestAge: Double) {
        self.pending = pending
        self.oldestAge = oldestAge
    }
}

/// Events that were committed with their users and are not yet known to be on the bus.
///
/// Records are handed out by their state, never by a cursor, so that a transaction which commits late is not skipped.
package protocol Outbox: Sendable {
    /// Pending records, oldest first, that nobody else gets until `lease` has passed or ``releaseOutbox(owner:)`` is called.
    ///
    /// An owner that claims again gets the records that it did not mark published, too.
    func claimOutbox(limit: Int, owner: String, lease: Duration) async throws -> [OutboxRecord]

    /// Marks records that the bus has acknowledged, with the sequences that it gave them. They are kept for a while, for a bus
    /// that loses its last seconds.
    func markPublished(_ published: [(position: Int64, sequence: Int64)]) async throws

    /// The greatest sequence of a record that is marked and kept; 0 when there is none.
    func lastPublishedSequence() async throws -> Int64

    /// Makes kept records pending again that were published under `sequence` or a later one, because the bus has lost them.
    ///
    /// It may be more than those, never fewer: the bus drops what it still has.
    /// - Returns: how many.
    func reopenOutbox(from sequence: Int64) async throws -> Int

    /// Gives up the owner's claims at once.
    func releaseOutbox(owner: String) async throws

    func outboxStatus() async throws -> OutboxStatus

    /// Raised after a commit, of this process or another one, that added records.
    var outboxChanges: ChangeNotifier { get }
}
