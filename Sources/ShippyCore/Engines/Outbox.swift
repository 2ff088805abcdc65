/// An event waiting to be published.
package struct OutboxRecord: Hashable, Sendable {
    /// Identifies the record in its outbox. It is never used again.
    package var position: Int64
    package var event: OutgoingEvent
    /// The bus's position when this record was first handed out, or an earlier one. The event may be on the bus after that
    /// position, so look there before publishing it again. Nil the first time the record is handed out.
    package var offeredAt: BusPosition?

    package init(position: Int64, event: OutgoingEvent, offeredAt: BusPosition?) {
        self.position = position
        self.event = event
        self.offeredAt = offeredAt
    }
}

/// Records claimed by one relay.
package struct OutboxClaim: Hashable, Sendable {
    /// Greater than that of every earlier claimant. Writes under an older fence are refused.
    package var fence: Int64
    package var records: [OutboxRecord]

    package init(fence: Int64, records: [OutboxRecord]) {
        self.fence = fence
        self.records = records
    }

    /// Nothing is pending, or another relay holds the outbox.
    package static let none = OutboxClaim(fence: 0, records: [])
}

/// A record that the bus has acknowledged.
package struct PublishedRecord: Hashable, Sendable {
    package var position: Int64
    package var sequence: Int64

    package init(position: Int64, sequence: Int64) {
        self.position = position
        self.sequence = sequence
    }
}

/// An event that is marked as published, and its position on the bus.
package struct PublishedEvent: Hashable, Sendable {
    package var id: String
    package var position: BusPosition

    package init(id: String, position: BusPosition) {
        self.id = id
        self.position = position
    }
}

package struct OutboxStatus: Hashable, Sendable {
    package var pending: Int
    /// The time that the oldest pending event has waited, in seconds; 0 if none is pending.
    package var oldestAge: Double
    /// Events set aside because the bus can never accept them.
    package var setAside: Int

    package init(pending: Int, oldestAge: Double, setAside: Int = 0) {
        self.pending = pending
        self.oldestAge = oldestAge
        self.setAside = setAside
    }

    /// Nothing is pending or set aside.
    package static let empty = OutboxStatus(pending: 0, oldestAge: 0)
}

/// Events that were committed with their users but are not yet known to be on the bus. A store has an outbox if its bus is
/// another system.
///
/// Records are handed out by state, never by a cursor, so a transaction that commits late is not skipped. One relay at a time
/// claims the whole outbox, under a fenced lease timed by the outbox's clock. Writes by an earlier claimant are refused and
/// change nothing.
package protocol Outbox: Sendable {
    /// Claims pending records, oldest first. Nobody else gets them until `lease` has passed or ``releaseOutbox(fence:)`` is
    /// called.
    ///
    /// An owner that claims again while its lease is valid keeps its fence, extends the lease, and also gets the records that it
    /// has not marked. Before a record is handed out for the first time, `position` is stored durably as its
    /// ``OutboxRecord/offeredAt``.
    func claimOutbox(limit: Int, owner: String, lease: Duration, at position: BusPosition) async throws -> OutboxClaim

    /// Marks records as acknowledged by the bus with this identity. They are kept for a while, in case the bus loses its last
    /// seconds.
    /// - Returns: false if another relay has taken over the lease; then nothing is marked.
    func markPublished(_ published: [PublishedRecord], on identity: String, fence: Int64) async throws -> Bool

    /// Sets aside a record that the bus can never accept, with the reason. It is no longer pending.
    /// - Returns: false if another relay has taken over the lease; then nothing is written.
    func setAside(position: Int64, reason: String, fence: Int64) async throws -> Bool

    /// The marked record with the latest position on the bus, among those still kept; nil if there is none.
    func lastPublished() async throws -> PublishedEvent?

    /// Makes marked records pending again if they were acknowledged by a bus other than `position`'s, or by this one at
    /// `position` or later. They count as offered, because the bus may still have some of them. If there are any, the lease ends:
    /// its holder may have seen events on the bus that are now lost.
    ///
    /// - Returns: the number of records, possibly more than those described, never fewer.
    func reopenOutbox(from position: BusPosition) async throws -> Int

    /// Makes marked records pending again if they were acknowledged by any bus other than the one with this identity. They count
    /// as offered, as above.
    ///
    /// - Returns: the number of records, possibly more than those described, never fewer.
    func reopenOutbox(exceptOn identity: String) async throws -> Int

    /// Deletes records that were marked longer ago than ``StoreRetention/publishedRecord``, in short steps.
    ///
    /// Call it only after verifying that the bus still has the events that it acknowledged: a bus that was away may have lost old
    /// events. No lease is needed. A record that is reopened at the same time is never deleted.
    func dropPublished() async throws

    /// Ends the lease at once, if it still has this fence.
    func releaseOutbox(fence: Int64) async throws

    func outboxStatus() async throws -> OutboxStatus

    /// Raised after a commit, by this or another process, that added records.
    var outboxChanges: ChangeNotifier { get }
}
