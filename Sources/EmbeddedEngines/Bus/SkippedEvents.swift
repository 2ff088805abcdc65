/// The events that a member of a group has looked at, and that the group does not want. Nothing stores it.
struct SkippedEvents: Equatable {
    /// That of the log.
    var identity: String
    /// The first sequence that the group had yet to take.
    var from: Int64
    /// No event from ``from`` through here matches.
    var through: Int64
    /// The ID of the event at ``through``, nil if there is none: if it changes, the log has lost its end and was filled again.
    var lastID: String?

    /// By how much the member is ahead of its group.
    var count: Int64 { through - from + 1 }
}
