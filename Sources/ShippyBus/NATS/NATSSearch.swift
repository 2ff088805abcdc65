import CNats
import ShippyCore

/// Looks through the stream for events by their ids.
struct NATSSearch {
    /// The longest wait for an event that the stream has.
    private static let arrivalLimit = Duration.seconds(3)
    /// New consumers without an event from any of them, after which it gives up.
    private static let attemptLimit = 3

    let stream: NATSStream
    let connection: NATSConnection

    /// The sequences of those that are there, each the first one.
    ///
    /// It reads headers only. - Throws: ``NATSError`` when the stream cannot be asked, or sends nothing for some seconds.
    func sequences(of ids: Set<String>, after sequence: Int64) throws -> [String: Int64] {
        var found: [String: Int64] = [:]
        let state = try stream.state(connection.jetStream)
        var next = max(sequence + 1, state.first)
        var failures = 0
        while next <= state.last, found.count < ids.count {
            let before = next
            try search(for: ids, from: &next, through: state.last, &found)
            failures = next == before ? failures + 1 : 0
            if failures >= Self.attemptLimit { throw NATSError(status: NATS_TIMEOUT, code: .none) }
        }
        return found
    }

    /// One consumer's worth of it: until the end, or until something on the way was lost.
    private func search(for ids: Set<String>, from next: inout Int64, through end: Int64, _ found: inout [String: Int64]) throws {
        let subscription = try NATSReplay.subscribe(connection, stream: stream.options.stream) { [next] consumer in
            consumer.DeliverPolicy = js_DeliverByStartSequence
            consumer.OptStartSeq = UInt64(next)
            consumer.HeadersOnly = true
        }
        defer { connection.end(subscription) }
        var number: Int64 = 1
        while next <= end {
            var handle: OpaquePointer?
            let status = natsSubscription_NextMsg(&handle, subscription, Self.arrivalLimit.milliseconds)
            if status == NATS_TIMEOUT {
                // The last ones may have been deleted.
                if try stream.event(at: end, connection.jetStream) == nil, try stream.count(from: next, connection.jetStream) == 0 {
                    next = end + 1
                }
                return
            }
            try NATSError.check(status)
            let message = NATSMessage(handle!)
            guard let delivery = message.delivery else { continue }
            guard delivery.consumerSequence == number else { return }
            number += 1
            guard delivery.sequence >= next else { continue }
            next = delivery.sequence + 1
            guard delivery.sequence <= end else { return }
            let id = message.eventID(at: delivery.sequence, stream: stream.options.stream)
            if ids.contains(id), found[id] == nil {
                found[id] = delivery.sequence
                if found.count == ids.count { return }
            }
        }
    }
}
