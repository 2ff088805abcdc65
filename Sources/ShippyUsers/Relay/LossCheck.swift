import ShippyCore

/// Checks whether the bus still has the events that it acknowledged, by looking for the last marked one.
///
/// A single check proves nothing: see ``LossDoubt``. Once a loss is certain, its beginning is searched for backwards, in growing
/// steps. Reopening too many records is harmless, because they are looked up before they are published again.
struct LossCheck {
    enum Verdict: Hashable {
        case intact
        /// Check again after a moment.
        case unclear
        /// All events from this sequence on may be missing. Check again after reopening them: the loss may begin earlier.
        case lost(from: Int64)
    }

    static let lookInterval = Duration.milliseconds(2600)

    private var doubt = LossDoubt()
    private var stride: Int64 = 0

    /// Whether a possible loss is still unresolved.
    var isOpen: Bool { doubt.isOpen }

    /// - Parameters:
    ///   - event: the event that the outbox last marked.
    ///   - id: the ID of the event at its sequence; nil if there is none.
    ///   - first: the first sequence still on the bus. Expired events are not lost.
    mutating func judge(_ event: PublishedEvent, id: String?, first: Int64?, last: Int64, at now: SteadyClock.Instant) -> Verdict {
        if id == event.id || (id == nil && event.position.sequence < first ?? 0) {
            self = LossCheck()
            return .intact
        }
        guard doubt.isBelieved(at: now) else { return .unclear }
        let from = max(1, min(event.position.sequence - stride, last + 1))
        stride = max(64, stride * 4)
        return .lost(from: from)
    }
}
