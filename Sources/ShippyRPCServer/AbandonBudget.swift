import NIOCore

/// How often a client may give up a call before its request is whole.
///
/// A stream that is opened and reset costs its client next to nothing, and us a little, without a limit to how many there may be
/// ("rapid reset"). A client that gives up a call after its request is normal, and not counted: the limit of calls that are
/// worked on holds for it.
struct AbandonBudget {
    private static let capacity = 1000.0
    private static let perSecond = 100.0

    private var rest = Self.capacity
    private var spentAt: NIODeadline?

    /// - Returns: whether there was one left.
    mutating func spend(at now: NIODeadline = .now()) -> Bool {
        if let spentAt { rest = min(Self.capacity, rest + Self.perSecond * Double((now - spentAt).nanoseconds) / 1e9) }
        spentAt = now
        guard rest >= 1 else { return false }
        rest -= 1
        return true
    }
}
