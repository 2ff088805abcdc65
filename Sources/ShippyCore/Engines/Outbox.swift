/// An event that waits to be published.
package struct OutboxRecord: Hashable, Sendable {
    /// Identifies the record in its outbox, for good: no later record has the same.
    package var position: Int64
    package var event: OutgoingEvent
    /// Where the bus stood, at the latest, before this record was first handed out. The bus may have the event, behind that
    /// place: look before publishing it again. Nil when it is handed out for the first time.
    package var offeredAt: BusPosition?

    package init(position: Int64, event: OutgoingEvent, offeredAt: BusPosition?) {
        self.position = position
        self.event = event
        self.offeredAt = offeredAt
    }
}

/// Records in the hands of one relay.
package struct OutboxClaim: Hashable, Sendable {
    /// Greater than that of every earlier holder: what is written under an older one is refused.
    package var fence: Int64
    package var records: [OutboxRecord]

    package init(fence: Int64, records: [OutboxRecord]) {
        self.fence = fence
        self.records = records
    }

    /// Nothing is pending, or somebody else holds the outbox.
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

/// An event that the outbox believes to be on the bus, and where.
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
    /// Seconds that the oldest pending event has waited; 0 when none waits.
    package var oldestAge: Double
    /// Events that the bus will never take, which are kept aside.
    package var setAside: Int

    package init(pending: Int, oldestAge: Double, setAside: Int = 0) {
        self.pending = pending
        self.oldestAge = oldestAge
        self.setAside = setAside
    }

    /// Nothing waits, and nothing is set aside.
    package static let empty = OutboxStatus(pending: 0, oldestAge: 0)
}

/// Events that were committed with their users and are not yet known to be on the bus: what a store has whose bus is another
/// system.
///
/// Records are handed out by their state, never by a cursor, so that a transaction which commits late is not skipped. The
/// whole outbox is handed to one relay at a time, under a lease that is fenced and counted by the outbox's clock: what an
/// earlier holder writes is refused, and changes nothing.
package protocol Outbox: Sendable {
    /// Pending records, oldest first, that nobody else gets until `lease` has passed or ``releaseOutbox(fence:)`` is called.
    ///
    /// An owner that claims again keeps its fence while the lease stands, lengthens the lease, and gets the records that it did
    /// not mark, too. Before a record is handed out for the first time, it is written down durably that the bus stood at
    /// `position` then: see ``OutboxRecord/offeredAt``.
    func claimOutbox(limit: Int, owner: String, lease: Duration, at position: BusPosition) async throws -> OutboxClaim

    /// Marks records that the bus with this identity has acknowledged. They are kept for a while, for a bus that loses its last
    /// seconds.
    /// - Returns: false when the lease is somebody else's by now: nothing is marked then.
    func markPublished(_ published: [PublishedRecord], on identity: String, fence: Int64) async throws -> Bool

    /// Keeps a record aside that the bus will never take, with the reason. It is pending no more.
    /// - Returns: false when the lease is somebody else's by now: nothing is written then.
    func setAside(position: Int64, reason: String, fence: Int64) async throws -> Bool

    /// Of the records that are marked and kept, the one that the bus got last; nil when there is none.
    func lastPublished() async throws -> PublishedEvent?

    /// Makes kept records pending again that another bus than `position`'s acknowledged, or that this one acknowledged at
    /// `position` or later. They count as offered: the bus may still have some of them. If there are any, the lease is nobody's then:
    /// whoever held the outbox may have seen on the bus what is lost by now.
    ///
    /// - Returns: the number of records, which may be more than those, never fewer.
    func reopenOutbox(from position: BusPosition) async throws -> Int

    /// Makes kept records pending again that any other bus than the one with this identity acknowledged. They count as
    /// offered, as above.
    ///
    /// - Returns: the number of records, which may be more than those, never fewer.
    func reopenOutbox(exceptOn identity: String) async throws -> Int

    /// Drops records that were marked longer ago than ``StoreRetention/publishedRecord``, in short steps.
    ///
    /// Only for a relay that has just seen the bus to have what it was given, whoever holds the lease: a bus that was away may have
    /// lost what is old by now. It never takes a record away that is reopened at the same moment.
    func dropPublished() async throws

    /// Gives the lease up at once, if it is still this one.
    func releaseOutbox(fence: Int64) async throws

    func outboxStatus() async throws -> OutboxStatus

    /// Raised after a commit, of this process or another one, that added records.
    var outboxChanges: ChangeNotifier { get }
}
