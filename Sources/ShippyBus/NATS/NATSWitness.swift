import CNats
import ShippyCore

/// What a reader or a group knows of its stream, and so whether the stream is still the one that it knows.
///
/// A stream that was made again says so by its identity. One that ends earlier than before has lost its end; but so says a
/// replica that lags, after it has become the leader: that counts only when it goes on for several seconds. One that holds another
/// event where one was seen has lost its end and was filled again. An event that is missing by itself was deleted.
struct NATSWitness: Sendable {
    private static let leastLooks = 3
    private static let leastDoubt = Duration.seconds(5)
    private static let pause: ClosedRange<Int64> = 400...600

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
        let begin = ContinuousClock.now
        var looks = 0
        while true {
            let state = try stream.state(jetStream)
            looks += 1
            if state.identity != identity { return (state, true) }
            if state.last >= known {
                guard let last, last.sequence >= state.first, let event = try stream.event(at: last.sequence, jetStream) else {
                    return (state, false)
                }
                return (state, event != last.event)
            }
            if Self.isConfirmed(looks: looks, since: begin) { return (state, true) }
            nats_Sleep(Int64.random(in: Self.pause))
        }
    }

    /// Whether a stream that was looked at so often, and for so long, is believed.
    static func isConfirmed(looks: Int, since begin: ContinuousClock.Instant) -> Bool {
        looks >= leastLooks && begin.duration(to: .now) >= leastDoubt
    }

    /// The time to wait before the next look.
    static var nextLook: Duration { .milliseconds(Int64.random(in: pause)) }
}
