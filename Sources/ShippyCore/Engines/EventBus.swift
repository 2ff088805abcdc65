/// Where a reader starts.
package enum StartPosition: Hashable, Sendable {
    /// After the last event on the bus now.
    case new
    /// At the first event still on the bus.
    case all
    /// At the last `n` matching events.
    case last(Int)
    case sequence(Int64)
    /// At the first event, by sequence, at or after this time. All later sequences follow, whatever their times, because times
    /// are out of order if a clock was set back. So no event at or after this time is left out.
    case time(Timestamp)
}

/// A position in a stream of events.
package struct BusPosition: Hashable, Sendable {
    /// Identifies the stream. A stream that was deleted and created again, or restarted after a loss, has a different identity
    /// under the same name.
    package var identity: String
    package var sequence: Int64

    package init(identity: String, sequence: Int64) {
        self.identity = identity
        self.sequence = sequence
    }
}

/// The result of a successful publish.
package struct PublishReceipt: Hashable, Sendable {
    package var sequence: Int64
    /// Whether the bus already had an event with this ID, under this sequence.
    package var isDuplicate: Bool

    package init(sequence: Int64, isDuplicate: Bool) {
        self.sequence = sequence
        self.isDuplicate = isDuplicate
    }
}

/// The IDs of a range of the log.
package struct EventIDs: Hashable, Sendable {
    /// For an event that is on the bus twice, the first sequence.
    package var sequences: [String: Int64]
    /// The end of the range: `sequences` has all events up to here.
    package var through: Int64
    /// Whether the log ends there.
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
        /// The subjects that the group takes; nil for all.
        package var filter: SubjectFilter?
        /// Matching events not yet acknowledged, including those in progress and replayed dead letters.
        package var lag: Int
        /// Events handed out but not yet acknowledged.
        package var inWork: Int

        package init(name: String, filter: SubjectFilter? = nil, lag: Int, inWork: Int) {
            self.name = name
            self.filter = filter
            self.lag = lag
            self.inWork = inWork
        }
    }

    /// The first sequence still on the bus; one past the last if it is empty.
    package var firstSequence: Int64
    /// 0 before the first publish.
    package var lastSequence: Int64
    package var bytes: Int64
    package var consumers: [Consumer]
    /// The open dead letters of all groups: see ``DeadLetter``.
    package var deadLetters: Int

    package init(firstSequence: Int64, lastSequence: Int64, bytes: Int64, consumers: [Consumer], deadLetters: Int = 0) {
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.bytes = bytes
        self.consumers = consumers
        self.deadLetters = deadLetters
    }
}

/// Why a reader misses events.
package enum GapReason: String, Hashable, Sendable {
    /// The bus deleted them after their retention.
    case expired
    /// They are absent from the log: someone deleted them.
    case missing
    /// They arrived, but this reader was too slow for them.
    case dropped
}

/// A notice about the stream, between events.
package enum StreamNotice: Hashable, Sendable {
    /// Events that this reader should have returned but cannot.
    case gap(from: Int64, to: Int64, reason: GapReason)
    /// The bus has not answered for this long; the reader keeps waiting.
    case away(Duration)
    /// The connection was down for `away`. After that, `replayed` events were read again.
    case reconnected(away: Duration, replayed: Int)
    /// The stream started over: its last sequence was `last`, and sequences are being reused.
    case reset(last: Int64)
    /// The bus stores nothing: events are returned as they arrive, and sequences only count them.
    case liveOnly(reason: String)
}

package enum StreamItem: Hashable, Sendable {
    case event(Event)
    case notice(StreamNotice)
}

/// A durable, ordered log of events that any number of readers and consumers follow.
///
/// Every method throws ``ShippyError`` `.unavailable` within a bounded time while the bus cannot be reached.
///
/// The last sequence alone does not identify the state of a log: a log that lost its end and was filled again may reach further
/// than before. Compare the identity and the events too.
package protocol EventBus: Engine {
    /// Appends events in order.
    ///
    /// - Returns: for each event a receipt, after which the event is as durable as the bus makes any event; or an error:
    ///   `.tooLarge` for an event that the bus can never accept, any other code for an event that may or may not be on the bus.
    /// - Throws: an error if the outcome of every event is unknown.
    ///
    /// An event is not appended if its ID is already on the bus. NATS checks only the last two minutes: for an event published
    /// earlier, use ``eventIDs(after:limit:)``. The order of an event's headers may be lost.
    func publish(_ events: [OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>]

    /// The log's identity and its last sequence.
    ///
    /// This and ``eventID(at:)`` take several seconds if a lagging replica of a cluster makes events seem lost.
    func position() async throws -> BusPosition

    /// The ID of the event at `sequence`; nil if it does not exist, or no longer exists.
    func eventID(at sequence: Int64) async throws -> String?

    /// The IDs of the events after `sequence`, in order, at most `limit`. To read the whole log, call it again with
    /// ``EventIDs/through``.
    func eventIDs(after sequence: Int64, limit: Int) async throws -> EventIDs

    /// Creates an independent reader, without any state on the bus. Close it after use.
    func reader(subjects: [SubjectFilter], from start: StartPosition) async throws -> any EventReader

    /// Creates a durable consumer group if it does not exist, without joining it. From then on, no event that matches its filter
    /// expires until the group has acknowledged it, so declare a group before publishing for it. While no group exists, no event
    /// expires.
    func declare(_ group: ConsumerConfiguration) async throws

    /// Joins a durable consumer group, creating it if it does not exist. Each matching event, from the first one on the bus, is
    /// delivered to one member at a time until it is acknowledged. If the log lost events behind the group's position, the group
    /// gets the events that replaced them, and may get acknowledged events again.
    func consumer(_ configuration: ConsumerConfiguration) async throws -> any EventConsumer

    func status() async throws -> BusStatus

    /// The open dead letters after `sequence`, oldest first, at most `limit`.
    func deadLetters(after sequence: Int64, limit: Int) async throws -> [DeadLetter]

    /// Replays or drops dead letters, in order. Each is settled at most once.
    ///
    /// A replay is an event under ``Subject/replays(of:)``. The group of the dead letter gets it as the original event, with its ID,
    /// subject, headers and payload, but under the sequence of the replay; its deliveries are counted anew. No other group gets it,
    /// unless its filter matches that subject, and readers of the original subject do not see it.
    ///
    /// - Returns: for each letter, the receipt of the event that settles it; a duplicate, with any sequence, if the letter was
    ///   settled before; or an error as from ``publish(_:)``, and `.notFound` for the replay to a group that does not exist.
    func settle(_ letters: [DeadLetter], by settlement: DeadLetter.Settlement) async throws -> [Result<PublishReceipt, ShippyError>]
}

/// Follows the log. Confined to one task at a time.
package protocol EventReader: Sendable {
    /// Returns the next items, at most `limit`. Waits at most `wait` for the first.
    ///
    /// Events come in sequence order, each once. A gap notice takes the place of missing events. If the log was replaced or has
    /// lost its end, the reader starts over after a reset notice, so nothing is left out silently. With a wait of zero, an empty
    /// result means that the reader has caught up.
    ///
    /// While the connection, or a cluster's quorum, is lost, the reader waits and returns empty results. It reports the outage
    /// after a few seconds, and reports its end. With a wait of zero, it throws after half a minute.
    func next(limit: Int, wait: Duration) async throws -> [StreamItem]

    func close() async
}

package struct ConsumerConfiguration: Hashable, Sendable {
    /// The group's durable name: `[a-z0-9-]`.
    package var name: String
    package var filter: SubjectFilter
    /// How long a member may hold an event before another member gets it.
    package var lease: Duration
    /// The number of deliveries after which a failing event is moved to ``Subject/deadLetters(of:)``.
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
    /// Identifies the lease within the consumer that issued it, but not across the group.
    package var token: Int64
    package var events: [Event]
    /// The counted deliveries, including this one. Always 1 for a batch of several events.
    package var attempt: Int
    /// Events moved to the dead letters instead of being delivered again.
    package var buried: [BuriedEvent]

    package init(token: Int64, events: [Event], attempt: Int, buried: [BuriedEvent] = []) {
        self.token = token
        self.events = events
        self.attempt = attempt
        self.buried = buried
    }

    package static let empty = DeliveryBatch(token: 0, events: [], attempt: 0)
}

/// An event that a group gave up on.
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
/// Only failures caused by the event itself count against it: a failure passed to ``settle(_:failures:)``, or the death of a
/// member that held only this event. An outage of a member, or of an engine that it uses, does not count: a member that comes
/// back late and settles or releases the event takes its delivery off the count.
package protocol EventConsumer: Sendable {
    /// Returns the next events, at most `limit`. Waits at most `wait` for the first; the batch is empty if none came.
    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch

    /// Acknowledges the batch, except for the sequences in `failures` (with the reason). Failed events are delivered again after
    /// a backoff, or moved to the dead letters after `maxDeliver` deliveries.
    ///
    /// After the lease has ended, nothing is acknowledged, because another member has the events; only this delivery is taken off
    /// the count.
    /// - Returns: the events moved to the dead letters.
    @discardableResult
    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws -> [BuriedEvent]

    /// Returns the batch unprocessed. Its events are delivered again, immediately if the bus can, and this delivery does not
    /// count.
    func release(_ batch: DeliveryBatch) async throws

    func close() async
}
