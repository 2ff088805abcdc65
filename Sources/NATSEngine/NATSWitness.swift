import CNats
import ShippyCore

/// What a reader or a group knows about its stream, to detect that events were lost.
///
/// A stream that was created again has a different identity. A stream that ends earlier than before has lost its end, but a
/// lagging replica looks the same: see ``LossDoubt``. If the stream has a different event where one was seen, it has lost its end
/// and was filled again. If only the event is missing, it was deleted.
struct NATSWitness: Sendable {
    let identity: String
    /// The highest sequence that the stream is known to have reached.
    private(set) var known: Int64
    private var last: (sequence: Int64, event: NATSStream.StoredEvent)?

    init(identity: String, known: Int64) {
        self.identity = identity
        self.known = known
    }

    mutating func saw(_ sequence: Int64) {
        known = max(known, sequence)
    }

    mutating func saw(_ event: NATSStream.StoredEvent, at sequence: Int64) {
        saw(sequence)
        last = (sequence, event)
    }

    /// Checks whether everything seen is still there. If in doubt, keeps checking for some seconds.
    ///
    /// - Throws: ``NATSError`` when the stream cannot be queried.
    func verify(_ stream: NATSStream, _ jetStream: OpaquePointer) throws -> (state: NATSStream.State, isLost: Bool) {
        var doubt = LossDoubt()
        while true {
            let state = try stream.state(jetStream)
            if state.identity != identity { return (state, true) }
            if state.last >= known {
                guard let last, last.sequence >= state.first, let event = try stream.event(at: last.sequence, jetStream) else {
                    return (state, false)
                }
                return (state, event != last.event)
            }
            if doubt.isBelieved(at: .now) { return (state, true) }
            nats_Sleep(LossDoubt.pause.milliseconds)
        }
    }
}
