/// Where a reader begins.
package enum StartPosition: Hashable, Sendable {
    /// After the last event that is there now.
    case new
    /// With the first event that is still there.
    case all
    /// With the last `n` events that match.
    case last(Int)
    case sequence(Int64)
    /// With the first event at or after this time, in the order of their sequences. What comes behind it follows, whatever time
    /// it has: clocks are set back, and then times are not in order. So nothing at or after this time is left out.
    case time(Timestamp)
}

/// A place in a stream of events.
package struct BusPosition: Hashable, Sendable {
    /// Names the stream itself: one that was deleted and made again, or begun anew after a loss, has another identity under
    /// the same name.
    package var identity: String
    package var sequence: Int64

    package init(identity: String, sequence: Int64) {
        self.identity = identity
        self.sequence = sequence
    }
}

/// What a publish came to.
package struct PublishReceipt: Hashable, Sendable {
    package var sequence: Int64
    /// The bus held an event with this id before, under this sequence.
    package var isDuplicate: Bool

    package init(sequence: Int64, isDuplicate: Bool) {
        self.sequence = sequence
        self.isDuplicate = isDuplicate
    }
}

/// The ids of a stretch of the log.
package struct EventIDs: Hashable, Sendable {
    /// Of an event that is there twice, the first sequence.
    package var sequences: [String: Int64]
    /// The end of the stretch: there is no event up to here that is not among them.
    package var through: Int64
    /// Whether the log ended there.
    package var isEnd: Bool

    package init(sequences: [String: Int64], through: Int64, isEnd: Bool) {
        self.sequences = sequences
        self.through = through
        self.isEnd = isEnd
    }
}

/// The state of the bus.
package struct BusStatus: Hashable, Sendable {
    package struct Consumer: Hashable, Sendable {
        package var name: String
        /// Matching events that are not acknowledged, those in work included.
        package var lag: Int
        /// Handed out and not acknowledged.
        package var inWork: Int

        package init(name: String, lag: Int, inWork: Int) {
            self.name = name
            self.lag = lag
            self.inWork = inWork
        }
    }

    /// The first sequence that is still there: one past the last when there is none.
    package var firstSequence: Int64
    /// 0 before the first publish.
    package var lastSequence: Int64
    package var bytes: Int64
    package var consumers: [Consumer]
    /// Events in the dead letters of all groups.
    package var deadLetters: Int

    package init(firstSequence: Int64, lastSequence: Int64, bytes: Int64, consumers: [Consumer], deadLetters: Int = 0) {
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.bytes = bytes
        self.consumers = consumers
        self.deadLetters = deadLetters
    }
}

/// Why a reader does not get events that it should have seen.
package enum GapReason: String, Hashable, Sendable {
    /// The bus has dropped them by its retention.
    case expired
    /// They are not where they should be: somebody has deleted them.
    case missing
    /// They came, and this reader was too slow for them.
    case dropped
}

/// What the stream says about itself between events.
package enum StreamNotice: Hashable, Sendable {
    /// Events that this reader should have seen and cannot.
    case gap(from: Int64, to: Int64, reason: GapReason)
    /// The bus has not answered for so long, and is waited for.
    case away(Duration)
    /// The connection was away for so long, and so many events were then replayed.
    case reconnected(away: Duration, replayed: Int)
    /// The stream has begun anew: it ended at `last` before, and its sequences are given out a second time.
    case reset(last: Int64)
    /// The bus keeps nothing: what is published is shown as it comes, and sequences only count what came.
    case liveOnly(reason: String)
}

package enum StreamItem: Hashable, Sendable {
    case event(Event)
    case notice(StreamNotice)
}

/// A durable, ordered log of events that any number of readers and consumers follow.
///
/// Every method throws ``ShippyError`` `.unavailable` while the bus cannot be reached, within a bounded time.
///
/// A log is known by its identity and by what it holds, not by its last sequence alone: a log that lost its end and was
/// filled again by others may well reach further than before.
package protocol EventBus: Engine {
    /// Appends events in order.
    ///
    /// - Returns: for each event a receipt, after which it is as durable as the bus makes anything; or why there is none:
    ///   `.tooLarge` for an event that the bus will never take, and anything else for one that may or may not be on the bus.
    /// - Throws: when nothing is known of any of them.
    ///
    /// An event whose id is on the bus already is not appended again; NATS looks back two minutes for it, so use
    /// ``eventIDs(after:limit:)`` for one that was published longer ago. The order of an event's headers may get lost.
    func publish(_ events: [OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>]

    /// The log's identity and its last sequence.
    ///
    /// This and ``eventID(at:)`` take several seconds where a cluster's replica that lags would tell of a loss that is none.
    func position() async throws -> BusPosition

    /// The id of the event under `sequence`; nil when there is none, or none any more.
    func eventID(at sequence: Int64) async throws -> String?

    /// The ids of the events after `sequence`, in order, at most `limit`. Asked again after ``EventIDs/through``, it goes through
    /// the whole log.
    func eventIDs(after sequence: Int64, limit: Int) async throws -> EventIDs

    /// A reader of its own, which leaves no trace on the bus. Close it when done.
    func reader(subjects: [SubjectFilter], from start: StartPosition) async throws -> any EventReader

    /// Makes a durable consumer group when it is missing, without joining it. From then on retention spares what matches its
    /// filter and was not acknowledged by it: whoever publishes for a group makes it first. While there is no group at all,
    /// nothing expires.
    func declare(_ group: ConsumerConfiguration) async throws

    /// Joins a durable consumer group, making it when it is missing: from then on each matching event, from the first one
    /// that is there, is handed to one member at a time until it is acknowledged. A log that has lost events which the group had
    /// passed hands out what came in their place, and may hand out again what was acknowledged.
    func consumer(_ configuration: ConsumerConfiguration) async throws -> any EventConsumer

    func status() async throws -> BusStatus
}

/// Follows the log. Confined to one task at a time.
package protocol EventReader: Sendable {
    /// The next items, at most `limit`, waiting for the first at most `wait`.
    ///
    /// Events come in the order of their sequences, each once. What should have come and cannot is a gap notice at the
    /// place where it is missing. A log that is another one, or has lost its end, begins anew with a reset notice: nothing is
    /// left out in silence. An empty answer to a wait of zero says that the reader has caught up. A connection, or a cluster's
    /// quorum, that is away for a while is waited for, with empty answers, and told of after some seconds and when it is back; a
    /// wait of zero throws after half a minute of that.
    func next(limit: Int, wait: Duration) async throws -> [StreamItem]

    func close() async
}

package struct ConsumerConfiguration: Hashable, Sendable {
    /// The group's durable name: `[a-z0-9-]`.
    package var name: String
    package var filter: SubjectFilter
    /// How long a member may hold an event before another gets it.
    package var lease: Duration
    /// The number of deliveries after which an event that fails goes to ``Subject/deadLetters(of:)``.
    package var maxDeliver: Int
    package var backoff: Backoff

    package init(
        name: String, filter: SubjectFilter, lease: Duration = .seconds(15), maxDeliver: Int = 8,
        backoff: Backoff = Backoff(base: .seconds(1), cap: .seconds(300))
    ) {
        self.name = name
        self.filter = filter
        self.lease = lease
        self.maxDeliver = maxDeliver
        self.backoff = backoff
    }
}

/// Events that a member of a group holds under one lease.
package struct DeliveryBatch: Sendable {
    /// Names the lease to the consumer that gave it out: unique within that consumer, and not across the group.
    package var token: Int64
    package var events: [Event]
    /// The number of times that these were handed out and that count, this time included: of several the first time.
    package var attempt: Int
    /// Events that went to the dead letters instead of being handed out once more.
    package var buried: [BuriedEvent]

    package init(token: Int64, events: [Event], attempt: Int, buried: [BuriedEvent] = []) {
        self.token = token
        self.events = events
        self.attempt = attempt
        self.buried = buried
    }

    package static let empty = DeliveryBatch(token: 0, events: [], attempt: 0)
}

/// An event that a group has given up.
package struct BuriedEvent: Hashable, Sendable {
    package var sequence: Int64
    package var id: String
    package var reason: String

    package init(sequence: Int64, id: String, reason: String) {
        self.sequence = sequence
        self.id = id
        self.reason = reason
    }
}

/// A member of a durable consumer group.
///
/// Only what the event itself is to blame for counts against it: a failure that ``settle(_:failures:)`` names, or the death of
/// a member that held nothing else. Nothing is given up because a member, or an engine behind it, was away: one that comes back
/// late, to settle or to release, takes its delivery off the count.
package protocol EventConsumer: Sendable {
    /// The next events, at most `limit`, waiting for the first at most `wait`. Without events when none came.
    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch

    /// Acknowledges the batch, except the events whose sequence is in `failures` (with the reason): those come again
    /// after a backoff, or go to the dead letters when they have been handed out `maxDeliver` times.
    ///
    /// Settling a batch whose lease has passed does nothing else: another member has it.
    /// - Returns: what went to the dead letters.
    @discardableResult
    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws -> [BuriedEvent]

    /// Gives the batch back untouched: its events come again, at once where the bus can, and this delivery does not count.
    func release(_ batch: DeliveryBatch) async throws

    func close() async
}
