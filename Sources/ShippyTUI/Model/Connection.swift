/// Whether the panel shows the registry's current state.
package enum Connection: Hashable, Sendable {
    case loading
    case live
    /// Out of date since this time, in seconds of ``Moment``, for this reason.
    case stale(since: Double, reason: String)

    var isStale: Bool { if case .stale = self { true } else { false } }
}
