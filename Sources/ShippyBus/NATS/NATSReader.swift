import CNats
import ShippyCore
import Synchronization

/// Follows the stream through a consumer of its own, which the server forgets when this is gone.
///
/// It takes every event and filters by subject itself: so a hole in the stream's sequences is a gap for sure, and a hole in
/// the consumer's is what was lost on the way here, and is asked for again.
///
/// `@unchecked Sendable`: everything that changes is used on one thread only, ``thread``.
final class NATSReader: EventReader, @unchecked Sendable {
    /// How long a reader waits for events that the server says are there.
    private static let arrivalLimit = Duration.seconds(5)
    /// How often a reader without news asks whether the stream is still the same.
    private static let checkInterval = Duration.seconds(5)

    private let connection: NATSConnection
    private let stream: NATSStream
    private let filters: [SubjectFilter]
    private let thread = NATSThread()

    private var subscription: OpaquePointer?
    /// The sequence that comes next.
    private var next: Int64
    /// The number that the consumer gives to what it hands out next.
    private var nextOfConsumer: Int64 = 1
    /// The greatest sequence that the stream is known to have had. One that ends before it is another stream.
    private var known: Int64 = 0
    private var reconnects: Int
    private var lastCheck = ContinuousClock.now

    /// - Parameter next: the sequence to begin with.
    init(_ connection: NATSConnection, stream: NATSStream, filters: [SubjectFilter], next: Int64) {
        self.connection = connection
        self.stream = stream
        self.filters = filters
        self.next = next
        reconnects = connection.events.state.withLock { $0.reconnects }
    }

    func next(limit: Int, wait: Duration) async throws -> [StreamItem] {
        try await thread.run { [self] in
            do {
                return try read(limit: limit, wait: wait)
            } catch let error as NATSError {
                throw error.shippyError("cannot read events", server: stream.server)
            }
        }
    }

    private func read(limit: Int, wait: Duration) throws -> [StreamItem] {
        var items: [StreamItem] = []
        try subscribeIfNeeded(&items)
        let deadline = ContinuousClock.now + wait
        while true {
            try take(limit: limit, into: &items, wait: items.isEmpty ? max(.zero, ContinuousClock.now.duration(to: deadline)) : .zero)
            if !items.isEmpty {
                lastCheck = .now
                return items
            }
            if wait == .zero {
                // Nothing here may mean that nothing has arrived yet.
                guard try waitForArrivals() else { return [] }
            } else {
                if lastCheck.duration(to: .now) > Self.checkInterval, connection.isConnected { try checkStream(&items) }
                if !items.isEmpty || ContinuousClock.now >= deadline { return items }
            }
        }
    }

    /// Takes what is there, up to `limit`, and waits at most `wait` for the first.
    private func take(limit: Int, into items: inout [StreamItem], wait: Duration) throws {
        var patience = wait.milliseconds
        while items.count < limit {
            var handle: OpaquePointer?
            let status = natsSubscription_NextMsg(&handle, subscription, patience)
            if status == NATS_TIMEOUT { return }
            guard status == NATS_OK, let handle else { return try subscribeAgain(&items) }
            let message = NATSMessage(handle)
            guard let delivery = message.delivery else { continue }
            guard delivery.consumerSequence == nextOfConsumer else { return try subscribeAgain(&items) }
            nextOfConsumer += 1
            let sequence = delivery.sequence
            patience = 0
            if sequence > next { items.append(.notice(.gap(from: next, to: sequence - 1, reason: try reason(ofGapTo: sequence - 1)))) }
            next = sequence + 1
            known = max(known, sequence)
            if filters.contains(where: { $0.matches(message.subject) }) {
                items.append(.event(message.event(delivery, stream: stream.options.stream)))
            }
        }
    }

    private func reason(ofGapTo sequence: Int64) throws -> String {
        try stream.state(connection.jetStream).first > sequence ? "expired" : "missing"
    }

    /// - Returns: whether events that the stream has did arrive; false when this reader has seen them all.
    private func waitForArrivals() throws -> Bool {
        let deadline = ContinuousClock.now + Self.arrivalLimit
        let last = try stream.state(connection.jetStream).last
        guard last >= next else { return false }
        while ContinuousClock.now < deadline {
            var count: UInt64 = 0
            guard natsSubscription_QueuedMsgs(subscription, &count) == NATS_OK else { break }
            if count > 0 { return true }
            // What the server sends now announces itself by nothing else.
            nats_Sleep(1)
        }
        throw ShippyError(.unavailable, "cannot read events: NATS at \(stream.server) holds back events \(next) to \(last)")
    }

    /// After a silence: a stream that was deleted, or emptied, sends nothing about it.
    private func checkStream(_ items: inout [StreamItem]) throws {
        lastCheck = .now
        do {
            let state = try stream.state(connection.jetStream)
            // It begins anew, or there is something that does not come: either way the consumer is gone.
            if state.last < known || state.last >= next {
                try subscribeAgain(&items)
            }
        } catch let error as NATSError where error.isNotFound {
            // It may be made again in a moment, by whoever publishes.
        } catch let error as NATSError where error.status == NATS_TIMEOUT || error.status == NATS_CONNECTION_DISCONNECTED {
            // The connection is looked after by libnats, and a notice follows when it is back.
        }
    }

    /// The consumer is of no use any more; another one goes on from where this one was.
    private func subscribeAgain(_ items: inout [StreamItem]) throws {
        unsubscribe()
        try subscribeIfNeeded(&items)
    }

    private func subscribeIfNeeded(_ items: inout [StreamItem]) throws {
        let (count, away) = connection.events.state.withLock { ($0.reconnects, $0.lastAway) }
        let isBack = count != reconnects && connection.isConnected
        if isBack {
            reconnects = count
            unsubscribe()
        }
        guard subscription == nil else { return }
        let state = try stream.state(connection.jetStream)
        if isBack {
            items.append(.notice(.reconnected(away: away, replayed: Int(max(0, state.last - next + 1)))))
        }
        if state.last < known {
            items.append(.notice(.reset(last: known)))
            next = 1
        }
        known = state.last
        if next < state.first {
            items.append(.notice(.gap(from: next, to: state.first - 1, reason: "expired")))
            next = state.first
        }
        subscription = try NATSReplay.subscribe(connection, stream: stream.options.stream) { [next] consumer in
            consumer.DeliverPolicy = js_DeliverByStartSequence
            consumer.OptStartSeq = UInt64(next)
        }
        nextOfConsumer = 1
    }

    private func unsubscribe() {
        guard let subscription else { return }
        connection.end(subscription)
        self.subscription = nil
    }

    func close() async {
        // Fails only where it was never used.
        try? await thread.run { [self] in
            unsubscribe()
        }
        await thread.stop()
    }
}
