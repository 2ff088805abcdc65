/// Which users are listed, and in which order: those that match every given part.
package struct UserFilter: Hashable, Sendable {
    package static let all = UserFilter()

    package var role: AccessRole?
    package var state: UserState?
    /// What their name, company or address contains.
    package var match: UserMatch?
    /// Created at this time or later.
    package var since: Timestamp?
    /// Created at this time or earlier.
    package var until: Timestamp?
    /// Whether the list begins with the user created last.
    package var newestFirst: Bool

    package init(
        role: AccessRole? = nil, state: UserState? = nil, match: UserMatch? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        newestFirst: Bool = false
    ) {
        self.role = role
        self.state = state
        self.match = match
        self.since = since
        self.until = until
        self.newestFirst = newestFirst
    }

    package func matches(_ record: UserRecord) -> Bool {
        (role == nil || role == record.role) && (state == nil || state == record.state)
            && (since == nil || record.user.createdAt >= since!) && (until == nil || record.user.createdAt <= until!)
            && (match == nil || match!.matches(record.user))
    }

    /// The IDs that users after `cursor` in this list can have.
    package func range(after cursor: String?) -> UserRange {
        // An ID is never made from an earlier time than the user's. Only after the clock was set back, it is from a later one.
        let lower = since.map(UUIDv7.lowerBound) ?? ""
        let upper = until.map { UUIDv7.lowerBound($0 + .seconds(86_400)) }
        guard let cursor else { return UserRange(after: lower, before: upper) }
        if newestFirst { return UserRange(after: lower, before: upper.map { min($0, cursor) } ?? cursor) }
        return UserRange(after: max(lower, cursor), before: upper)
    }
}

/// The IDs between two others, without them.
package struct UserRange: Hashable, Sendable {
    package var after: String
    /// nil if the range has no end.
    package var before: String?

    package init(after: String, before: String? = nil) {
        self.after = after
        self.before = before
    }

    package func contains(_ id: String) -> Bool { id > after && (before == nil || id < before!) }
}
