/// Whether the panel shows the registry's current state.
package enum Connection: Hashable, Sendable {
    case loading
    case live
    /// Out of date since this time, in seconds of ``Moment``, for this reason.
    case stale(since: Double, reason: String)

    var isStale: Bool { if case .stale = self { true } else { false } }

    /// Stale since the first failure, with the reason of the last.
    mutating func lose(_ reason: String, at now: Double) {
        let since = if case .stale(let since, _) = self { since } else { now }
        self = .stale(since: since, reason: reason)
    }
}
