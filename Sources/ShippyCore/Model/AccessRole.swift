/// What a caller may do. Each role may do everything that the roles before it may.
package enum AccessRole: String, CaseIterable, Comparable, Sendable {
    /// Sees and changes only their own user and sessions.
    case user
    /// Sees everything, and changes nothing.
    case reader
    /// Changes users, mails and events, but not who may do what.
    case `operator`
    case admin

    package static func < (left: AccessRole, right: AccessRole) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self)! }
}
