/// Whether what the panel shows is what the registry has.
package enum Connection: Hashable, Sendable {
    case loading
    case live
    /// Since so many seconds of ``Moment``, and why.
    case stale(since: Double, reason: String)

    var isStale: Bool { if case .stale = self { true } else { false } }
}
