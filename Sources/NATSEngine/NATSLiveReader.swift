import CNats
import ShippyCore
import Synchronization

/// Follows subjects on a NATS server without JetStream, from now on.
///
/// Such events have no sequences: this reader numbers the ones it gets, and counts those that libnats dropped.
///
/// `@unchecked Sendable`: all mutable state is used on one thread only, ``thread``.
final class NATSLiveReader: EventReader, @unchecked Sendable {
    private struct Source {
        var filter: SubjectFilter
        var subscription: OpaquePointer
        /// The number of messages that libnats has dropped so far.
        var dropped: Int64 = 0
    }

    private let connection: NATSConnection
    private let filters: [SubjectFilter]
    private let server: String
    private let thread = NATSThread()

    private var sources: [Source] = []
    /// The connection of the subscriptions.
    private var handle: OpaquePointer?
    private var number: Int64 = 0
    private var reconnects: Int
    private var hasSaidWhatItIs = false

    /// - Throws: ``NATSError``.
    init(_ connection: NATSConnection, filters: [SubjectFilter], server: String) throws {
        self.connection = connection
        self.filters = filters
        self.server = server
        reconnects = connection.events.state.withLock { $0.reconnects }
        try subscribe()
    }

    /// libnats restores subscriptions after a reconnection, but not on a new connection.
    private func subscribe() throws {
        let handle = connection.handle
        let renewed = try filters.map { filter in
            var subscription: OpaquePointer?
            try NATSError.check(natsConnection_SubscribeSync(&subscription, handle, filter.description))
            return Source(filter: filter, subscription: subscription!)
        }
        try NATSError.check(natsConnection_FlushTimeout(handle, 2000))
        sources.forEach { connection.end($0.subscription) }
        sources = renewed
        self.handle = handle
    }

    func next(limit: Int, wait: Duration) async throws -> [StreamItem] {
        try await thread.run { [self] in
            var items: [StreamItem] = []
            if !hasSaidWhatItIs {
                hasSaidWhatItIs = true
                items.append(.notice(.liveOnly(reason: "NATS at \(server) has no JetStream, so earlier events cannot be shown")))
            }
            let (count, away) = connection.events.state.withLock { ($0.reconnects, $0.lastAway) }
            if count != reconnects {
                reconnects = count
                items.append(.notice(.reconnected(away: away, replayed: 0)))
            }
            if handle != connection.handle, connection.isConnected { try subscribe() }
            // The subscriptions wait one after another, each for its share of the time.
            let share = items.isEmpty ? wait.milliseconds / Int64(sources.count) : 0
            for place in sources.indices { collect(from: place, limit: limit, wait: share, into: &items) }
            // Subscriptions of a connection that was given up return at once.
            if items.isEmpty, !connection.isConnected { nats_Sleep(min(share, 100)) }
            return items
        }
    }

    private func collect(from place: Int, limit: Int, wait: Int64, into items: inout [StreamItem]) {
        let source = sources[place]
        var patience = items.isEmpty ? wait : 0
        while items.count < limit {
            var handle: OpaquePointer?
            guard natsSubscription_NextMsg(&handle, source.subscription, patience) == NATS_OK, let handle else { break }
            patience = 0
            let message = NATSMessage(handle)
            // A message comes once for each filter that it matches.
            if sources[..<place].contains(where: { $0.filter.matches(message.subject) }) { continue }
            number += 1
            let delivery = NATSDelivery(sequence: number, count: 1, consumerSequence: number, pending: 0, time: .now)
            items.append(.event(message.event(delivery, stream: "live")))
        }
        var total: Int64 = 0
        if natsSubscription_GetDropped(source.subscription, &total) == NATS_OK, total > source.dropped {
            let count = total - source.dropped
            items.append(.notice(.gap(from: number + 1, to: number + count, reason: .dropped)))
            number += count
            sources[place].dropped = total
        }
    }

    func close() async {
        try? await thread.run { [self] in
            sources.forEach { connection.end($0.subscription) }
            sources = []
        }
        await thread.stop()
    }
}
