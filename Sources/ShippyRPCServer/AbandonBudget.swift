import NIOCore

/// Limits how many calls of a client may end before their requests are complete.
///
/// Opening and resetting a stream costs the client next to nothing and the server a little, and HTTP/2 sets no limit to it
/// ("rapid reset"). Abandoning a call after its request is normal and not counted: the limit of running calls covers it.
struct AbandonBudget {
    private static let capacity = 1000.0
    private static let perSecond = 100.0

    private var rest = Self.capacity
    private var spentAt: NIODeadline?

    /// - Returns: false if the budget is used up.
    mutating func spend(at now: NIODeadline = .now()) -> Bool {
        if let spentAt { rest = min(Self.capacity, rest + Self.perSecond * Double((now - spentAt).nanoseconds) / 1e9) }
        spentAt = now
        guard rest >= 1 else { return false }
        rest -= 1
        return true
    }
}
