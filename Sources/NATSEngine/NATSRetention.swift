import CNats
import ShippyCore

/// Deletes events past the retention, but only after every group has acknowledged them. JetStream's own limits would drop events
/// that nobody has seen yet, so a stream created by shippy has only a size limit, and accepts no more events when it is full.
///
/// Every process does this. Doing it several times at once is harmless.
struct NATSRetention {
    /// The parts of the maximum size at which the oldest events are deleted, and down to which.
    private static let (fullAt, downTo) = (0.9, 0.8)

    let stream: NATSStream
    /// This machine's wall clock.
    let clock: @Sendable () -> Timestamp

    /// - Parameter settledEnd: the end of the stream some time ago, which every replica has reached.
    /// - Returns: its end now.
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

    /// Events get their times from the server's clock. An event must be too old by that clock and by ours, so a clock that is
    /// ahead drops nothing.
    private func firstWithinAge(_ state: NATSStream.State, _ connection: NATSConnection) throws -> Int64 {
        let now = clock()
        // Usually this saves a query.
        if state.firstTime >= now - stream.options.maxAge { return state.first }
        guard let serverTime = try stream.serverTime(connection.jetStream) else { return state.first }
        let oldest = min(now, serverTime) - stream.options.maxAge
        if state.firstTime >= oldest { return state.first }
        return try NATSTimeSearch(stream: stream).firstSequence(since: oldest, state, connection) ?? state.last + 1
    }

    /// An estimate, as if all events had the same size.
    private func firstWithinSize(_ state: NATSStream.State) -> Int64 {
        let limit = Double(min(stream.options.maxBytes, state.maxBytes ?? .max))
        let bytes = Double(state.bytes)
        guard bytes > limit * Self.fullAt else { return state.first }
        let share = (bytes - limit * Self.downTo) / bytes
        return state.first + Int64((share * Double(state.count)).rounded(.up))
    }

    /// The sequence up to which every group has acknowledged everything; nil while no group exists.
    private func acknowledged(settledEnd: Int64, _ jetStream: OpaquePointer) throws -> Int64? {
        try stream.groups(jetStream) { info -> Int64? in
            let floor = Int64(info.AckFloor.Stream)
            guard info.NumPending == 0, info.NumAckPending == 0 else { return floor }
            // Replays are rare, and new ones are far from their age: without any, their consumer holds up nothing.
            if ConsumerConfiguration.group(ofReplays: String(cString: info.Name)) != nil { return nil }
            // The floor does not move while no event for the group arrives.
            return max(floor, settledEnd)
        }.compactMap(\.self).min()
    }
}
