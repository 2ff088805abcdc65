import CNats
import ShippyCore

/// Deletes what is past its retention, but only what every group has acknowledged. JetStream's own limits would drop what nobody
/// has seen yet, so a stream of ours has none but its size, and takes no more when that is reached.
///
/// Every process of ours does this; that several do it at once is harmless.
struct NATSRetention {
    /// The parts of the most bytes from which the oldest go, and down to which.
    private static let (fullAt, downTo) = (0.9, 0.8)

    let stream: NATSStream
    /// This machine's wall clock.
    let clock: @Sendable () -> Timestamp

    /// - Parameter settledEnd: where the stream ended some time ago, so that every replica has heard of it.
    /// - Returns: where it ends now.
    /// - Throws: ``NATSError``.
    func apply(_ connection: NATSConnection, settledEnd: BusPosition?) throws -> BusPosition {
        let jetStream = connection.jetStream
        let state = try stream.state(jetStream)
        let end = BusPosition(identity: state.identity, sequence: state.last)
        guard state.isOurs else { return end }
        try stream.keepUnacknowledged(jetStream)
        guard state.count > 0 else { return end }
        let wanted = max(try firstWithinAge(state, connection), firstWithinSize(state))
        guard wanted > state.first else { return end }
        let settled = settledEnd?.identity == state.identity ? min(settledEnd!.sequence, state.last) : 0
        guard let acknowledged = try acknowledged(settledEnd: settled, jetStream) else { return end }
        let before = min(wanted, acknowledged + 1)
        if before > state.first { try stream.purge(before: before, jetStream) }
        return end
    }

    /// Events have their times from the server's clock. Old is what is so by ours, too: one that is ahead drops nothing.
    private func firstWithinAge(_ state: NATSStream.State, _ connection: NATSConnection) throws -> Int64 {
        let now = clock()
        // Most of the time it is not worth a question.
        if state.firstTime >= now - stream.options.maxAge { return state.first }
        guard let serverTime = try stream.serverTime(connection.jetStream) else { return state.first }
        let oldest = min(now, serverTime) - stream.options.maxAge
        if state.firstTime >= oldest { return state.first }
        return try NATSTimeSearch(stream: stream).firstSequence(since: oldest, state, connection) ?? state.last + 1
    }

    /// About: as if all events took the same.
    private func firstWithinSize(_ state: NATSStream.State) -> Int64 {
        let limit = Double(min(stream.options.maxBytes, state.maxBytes ?? .max))
        let bytes = Double(state.bytes)
        guard bytes > limit * Self.fullAt else { return state.first }
        let share = (bytes - limit * Self.downTo) / bytes
        return state.first + Int64((share * Double(state.count)).rounded(.up))
    }

    /// Up to where every group has acknowledged everything; nil while there is no group.
    private func acknowledged(settledEnd: Int64, _ jetStream: OpaquePointer) throws -> Int64? {
        try stream.groups(jetStream) { info in
            let floor = Int64(info.AckFloor.Stream)
            // The floor stands still while nothing comes that the group is for.
            return info.NumPending == 0 && info.NumAckPending == 0 ? max(floor, settledEnd) : floor
        }.min()
    }
}
