import ShippyCore

/// Finds out whether the bus still has what it acknowledged, by checking the last event that the outbox knows to be there.
///
/// A single check proves nothing: see ``LossDoubt``. Once a loss is certain, its beginning is searched backwards in growing
/// steps. Reopening too many records is harmless, because they are looked up before they are published again.
struct LossCheck {
    enum Verdict: Hashable {
        case intact
        /// Check again after a moment.
        case unclear
        /// Everything from this sequence on may be missing. Check again after reopening it: the loss may begin earlier.
        case lost(from: Int64)
    }

    static let lookInterval = Duration.milliseconds(2600)

    private var doubt = LossDoubt()
    private var stride: Int64 = 0

    /// Whether a possible loss has not been explained yet.
    var isOpen: Bool { doubt.isOpen }

    /// - Parameters:
    ///   - event: the event that the outbox believes to be there.
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
