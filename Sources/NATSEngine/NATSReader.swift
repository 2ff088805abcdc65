import CNats
import ShippyCore
import Synchronization

/// Follows the stream through a consumer of its own, which the server deletes when this reader is gone.
///
/// It gets every event and filters by subject itself. So a missing sequence of the stream is certainly a gap, and a missing
/// sequence of the consumer is a message lost on the way, which is requested again. Before it subscribes, and after each silence,
/// it checks whether the stream still has the events that it has read: see ``NATSWitness``.
///
/// If a server, or a cluster's quorum, is away, the reader waits: without limit for new events, and for
/// ``NATSOptions/electionLimit`` if it reads only the rest.
///
/// `@unchecked Sendable`: all mutable state is used on one thread only, ``thread``.
final class NATSReader: EventReader, @unchecked Sendable {
    /// How long a reader waits for events that the server says it has.
    private static let arrivalLimit = Duration.seconds(5)
    /// How often a reader without new events checks that the stream is still the same.
    private static let checkInterval = Duration.seconds(5)
    /// How long a server may be away without a notice: a restart takes only a moment.
    private static let absenceLimit = Duration.seconds(2)

    private struct Failure: Error {
        var error: ShippyError
        var isRefusal: Bool
    }

    private let connection: NATSConnection
    private let stream: NATSStream
    private let filters: [SubjectFilter]
    private let thread = NATSThread()
    private let backoff = Backoff(base: .milliseconds(200), cap: .seconds(2))

    private var subscription: OpaquePointer?
    /// The next sequence to read.
    private var next: Int64
    /// The number of the consumer's next message.
    private var nextOfConsumer: Int64 = 1
    private var witness: NATSWitness
    private var reconnects: Int
    /// Since when the stream has not answered; nil while it does, and before this reader has followed it.
    private var awaySince: ContinuousClock.Instant?
    private var hasToldOfAbsence = false
    private var hasFollowed = false
    private var lastCheck = ContinuousClock.now

    /// - Parameters:
    ///   - next: the sequence to begin with.
    ///   - state: the stream's state when that was determined.
    init(_ connection: NATSConnection, stream: NATSStream, filters: [SubjectFilter], next: Int64, of state: NATSStream.State) {
        self.connection = connection
        self.stream = stream
        self.filters = filters
        self.next = next
        witness = NATSWitness(identity: state.identity, known: state.last)
        reconnects = connection.events.state.withLock { $0.reconnects }
    }

    func next(limit: Int, wait: Duration) async throws -> [StreamItem] {
        let isWaiting = wait > .zero
        let deadline = ContinuousClock.now + (isWaiting ? wait : stream.options.electionLimit)
        var failures = 0
        while true {
            do {
                return try await thread.run { [self] in
                    let items = try attempt(limit: limit, until: isWaiting ? deadline : nil)
                    return items.isEmpty ? absence() : items
                }
            } catch let failure as Failure {
                let left = ContinuousClock.now.duration(to: deadline)
                if failure.isRefusal || (left <= .zero && !isWaiting) { throw failure.error }
                let notices = try await thread.run { [self] in absence() }
                if left <= .zero || !notices.isEmpty { return notices }
                failures += 1
                try await Task.sleep(for: min(left, backoff.delay(attempt: failures)))
            }
        }
    }

    /// Reports each outage once.
    private func absence() -> [StreamItem] {
        let disconnectedAt = connection.events.state.withLock { $0.disconnectedAt }
        guard let since = [awaySince, disconnectedAt].compactMap(\.self).min() else { return [] }
        let time = since.duration(to: .now)
        guard !hasToldOfAbsence, time >= Self.absenceLimit else { return [] }
        hasToldOfAbsence = true
        return [.notice(.away(time))]
    }

    private func attempt(limit: Int, until deadline: ContinuousClock.Instant?) throws -> [StreamItem] {
        var items: [StreamItem] = []
        do {
            try read(limit: limit, until: deadline, into: &items)
        } catch {
            if hasFollowed, awaySince == nil { awaySince = .now }
            // Passes on the items, because they are not requested again. The error recurs at the next call.
            if !items.isEmpty { return items }
            switch error {
            case let error as NATSError:
                throw Failure(error: error.shippyError("cannot read events", server: stream.server), isRefusal: error.isRefusal)
            case let error as ShippyError: throw Failure(error: error, isRefusal: error.code != .unavailable)
            default: throw error
            }
        }
        return items
    }

    /// - Parameter deadline: how long to wait for the first item; nil to wait only until it is certain that there is none.
    private func read(limit: Int, until deadline: ContinuousClock.Instant?, into items: inout [StreamItem]) throws {
        while true {
            try subscribeIfNeeded(&items)
            let left = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) } ?? .zero
            try collect(limit: limit, into: &items, wait: items.isEmpty ? left : .zero)
            if !items.isEmpty {
                lastCheck = .now
                return
            }
            if let deadline {
                if lastCheck.duration(to: .now) > Self.checkInterval, connection.isConnected { try checkStream(&items) }
                if !items.isEmpty || ContinuousClock.now >= deadline { return }
            } else {
                // An empty queue may mean that nothing has arrived yet.
                guard try waitForArrivals(&items), items.isEmpty else { return }
            }
        }
    }

    /// Collects items that have arrived, up to `limit`. Waits at most `wait` for the first.
    private func collect(limit: Int, into items: inout [StreamItem], wait: Duration) throws {
        var patience = wait.milliseconds
        var last: (message: NATSMessage, delivery: NATSDelivery)?
        defer { if let last { witness.saw(storedEvent(last.message, last.delivery), at: last.delivery.sequence) } }
        while items.count < limit {
            var handle: OpaquePointer?
            let status = natsSubscription_NextMsg(&handle, subscription, patience)
            if status == NATS_TIMEOUT { return }
            guard status == NATS_OK, let handle else { return unsubscribe() }
            let message = NATSMessage(handle)
            guard let delivery = message.delivery else { continue }
            guard delivery.consumerSequence == nextOfConsumer else { return unsubscribe() }
            nextOfConsumer += 1
            let sequence = delivery.sequence
            // A consumer on a lagging replica begins earlier than requested.
            guard sequence >= next else { continue }
            patience = 0
            if sequence > next { items.append(.notice(.gap(from: next, to: sequence - 1, reason: try reason(ofGapTo: sequence - 1)))) }
            next = sequence + 1
            last = (message, delivery)
            if filters.contains(where: { $0.matches(message.subject) }) {
                items.append(.event(message.event(delivery, stream: stream.options.stream)))
            }
        }
    }

    private func storedEvent(_ message: NATSMessage, _ delivery: NATSDelivery) -> NATSStream.StoredEvent {
        NATSStream.StoredEvent(id: message.eventID(at: delivery.sequence, time: delivery.time, stream: stream.options.stream), time: delivery.time)
    }

    private func reason(ofGapTo sequence: Int64) throws -> GapReason {
        try stream.state(connection.jetStream).first > sequence ? .expired : .missing
    }

    /// - Returns: whether to read again, because there is something to take or report; false if this reader has seen the whole
    ///   stream.
    private func waitForArrivals(_ items: inout [StreamItem]) throws -> Bool {
        try checkConnection()
        // A message was lost on the way. Subscribe again before reporting the end.
        guard subscription != nil else { return true }
        let deadline = ContinuousClock.now + Self.arrivalLimit
        let (state, isLost) = try witness.verify(stream, connection.jetStream)
        if isLost {
            try subscribeAgain(&items)
            return true
        }
        guard state.last >= next else { return false }
        while ContinuousClock.now < deadline {
            var count: UInt64 = 0
            guard natsSubscription_QueuedMsgs(subscription, &count) == NATS_OK else { break }
            if count > 0 { return true }
            // Nothing else announces what the server is sending now.
            nats_Sleep(1)
        }
        if try passHole(state, &items) { return true }
        // The consumer may be gone with its server.
        unsubscribe()
        throw ShippyError(.unavailable, "cannot read events: NATS at \(stream.server) does not deliver events \(next) to \(state.last)")
    }

    /// Reports deleted events at the end of the stream: no later event shows that they are missing.
    private func passHole(_ state: NATSStream.State, _ items: inout [StreamItem]) throws -> Bool {
        guard try stream.event(at: state.last, connection.jetStream) == nil, try stream.count(from: next, connection.jetStream) == 0 else {
            return false
        }
        items.append(.notice(.gap(from: next, to: state.last, reason: try reason(ofGapTo: state.last))))
        next = state.last + 1
        return true
    }

    /// Called after a silence: a stream that was deleted or emptied sends no message about it.
    private func checkStream(_ items: inout [StreamItem]) throws {
        lastCheck = .now
        do {
            let (state, isLost) = try witness.verify(stream, connection.jetStream)
            // The stream has started over, or has events that do not arrive: either way the consumer is gone.
            if isLost || state.last >= next { try subscribeAgain(&items) }
        } catch let error as NATSError where error.isNotFound {
            // A publisher may create it again in a moment.
        }
    }

    /// Replaces a consumer that is gone by one that continues from the same place.
    private func subscribeAgain(_ items: inout [StreamItem]) throws {
        unsubscribe()
        try subscribeIfNeeded(&items)
    }

    private func subscribeIfNeeded(_ items: inout [StreamItem]) throws {
        let (count, lastAway) = connection.events.state.withLock { ($0.reconnects, $0.lastAway) }
        if count != reconnects, connection.isConnected {
            reconnects = count
            let since = ContinuousClock.now - lastAway
            awaySince = min(awaySince ?? since, since)
        }
        if awaySince != nil { unsubscribe() }
        guard subscription == nil else { return }
        try checkConnection()
        let (state, isLost) = try witness.verify(stream, connection.jetStream)
        var notices: [StreamItem] = []
        if let awaySince {
            notices.append(.notice(.reconnected(away: awaySince.duration(to: .now), replayed: Int(max(0, state.last - next + 1)))))
        }
        if isLost { notices.append(.notice(.reset(last: witness.known))) }
        var start = isLost ? 1 : next
        if start < state.first {
            notices.append(.notice(.gap(from: start, to: state.first - 1, reason: .expired)))
            start = state.first
        }
        subscription = try NATSReplay.subscribe(connection, stream: stream.options.stream) { [start] consumer in
            consumer.DeliverPolicy = js_DeliverByStartSequence
            consumer.OptStartSeq = UInt64(start)
        }
        // After subscribing, so that a failure reports nothing twice and loses nothing.
        if isLost { witness = NATSWitness(identity: state.identity, known: state.last) }
        witness.saw(state.last)
        next = start
        nextOfConsumer = 1
        awaySince = nil
        hasToldOfAbsence = false
        hasFollowed = true
        items += notices
    }

    /// Fails at once if the connection is down: libnats would wait for it as long as for an answer.
    private func checkConnection() throws {
        guard connection.isConnected else { throw NATSError(status: NATS_CONNECTION_DISCONNECTED, code: .none) }
    }

    private func unsubscribe() {
        guard let subscription else { return }
        connection.end(subscription)
        self.subscription = nil
    }

    func close() async {
        // Fails only if it was never used.
        try? await thread.run { [self] in
            unsubscribe()
        }
        await thread.stop()
    }
}
