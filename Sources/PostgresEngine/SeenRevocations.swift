import ShippyCore

/// Which revocations this process has known for how long, by a clock that nobody sets.
///
/// The times in the table are by the server's clock. If that jumps ahead and back, a revocation must not be gone while a token that it
/// refuses is still valid: so a row is deleted only once a process has known it for that long itself.
struct SeenRevocations {
    /// At least this much lies between two entries.
    private static let interval = Duration.seconds(60)

    /// The greatest ID at a time, oldest first.
    private var seen: [(at: SteadyClock.Instant, id: Int64)] = []

    /// Notes the greatest ID that there is now.
    /// - Returns: the greatest ID that there was `age` ago; nil if this process did not look then.
    mutating func note(_ id: Int64, at now: SteadyClock.Instant, age: Duration) -> Int64? {
        if seen.last.map({ now - $0.at >= Self.interval }) ?? true { seen.append((now, id)) }
        guard let place = seen.lastIndex(where: { now - $0.at >= age }) else { return nil }
        seen.removeFirst(place)
        return seen[0].id
    }
}
