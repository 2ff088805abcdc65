import CNats
import ShippyCore

/// What a reader or a group knows of its stream, and so whether the stream is still the one that it knows.
///
/// A stream that was made again says so by its identity. One that ends earlier than before has lost its end; but so may a
/// replica that lags: see ``LossDoubt``. One that holds another event where one was seen has lost its end and was filled again. An
/// event that is missing by itself was deleted.
struct NATSWitness: Sendable {
    let identity: String
    /// The greatest sequence that the stream is known to have had.
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

    /// Looks whether what was seen is still there, for some seconds where there is a doubt.
    ///
    /// - Throws: ``NATSError`` when the stream cannot be asked.
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
