import CNats
import ShippyCore

/// Lists the IDs of a stream's events.
struct NATSListing {
    /// The longest wait for an event that the stream has.
    private static let arrivalLimit = Duration.seconds(3)
    /// How many consumers in a row may deliver nothing before it gives up.
    private static let attemptLimit = 3

    let stream: NATSStream
    let connection: NATSConnection

    /// The IDs of the events after `sequence`, in order, at most `limit`. Reads headers only.
    ///
    /// - Throws: ``NATSError`` when the stream cannot be queried, or sends nothing for some seconds.
    func eventIDs(after sequence: Int64, limit: Int) throws -> EventIDs {
        let state = try stream.state(connection.jetStream)
        var ids = EventIDs(sequences: [:], through: max(sequence, state.first - 1), isEnd: false)
        var count = 0
        var failures = 0
        while ids.through < state.last, count < limit {
            let before = ids.through
            try read(into: &ids, &count, limit: limit, end: state.last)
            failures = ids.through == before ? failures + 1 : 0
            if failures >= Self.attemptLimit { throw NATSError(status: NATS_TIMEOUT, code: .none) }
        }
        ids.isEnd = ids.through >= state.last
        return ids
    }

    /// Reads with one consumer, until the end or the limit, or until a message was lost on the way.
    private func read(into ids: inout EventIDs, _ count: inout Int, limit: Int, end: Int64) throws {
        let start = ids.through + 1
        let subscription = try NATSReplay.subscribe(connection, stream: stream.options.stream) { consumer in
            consumer.DeliverPolicy = js_DeliverByStartSequence
            consumer.OptStartSeq = UInt64(start)
            consumer.HeadersOnly = true
        }
        defer { connection.end(subscription) }
        var number: Int64 = 1
        while ids.through < end, count < limit {
            var handle: OpaquePointer?
            let status = natsSubscription_NextMsg(&handle, subscription, Self.arrivalLimit.milliseconds)
            if status == NATS_TIMEOUT {
                // The last events may have been deleted.
                if try stream.event(at: end, connection.jetStream) == nil, try stream.count(from: ids.through + 1, connection.jetStream) == 0 {
                    ids.through = end
                }
                return
            }
            try NATSError.check(status)
            let message = NATSMessage(handle!)
            guard let delivery = message.delivery else { continue }
            guard delivery.consumerSequence == number else { return }
            number += 1
            guard delivery.sequence > ids.through else { continue }
            guard delivery.sequence <= end else {
                ids.through = end
                return
            }
            ids.through = delivery.sequence
            let id = message.eventID(at: delivery.sequence, time: delivery.time, stream: stream.options.stream)
            if ids.sequences[id] == nil { ids.sequences[id] = delivery.sequence }
            count += 1
        }
    }
}
