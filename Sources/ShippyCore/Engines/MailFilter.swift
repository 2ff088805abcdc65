/// Which mails are listed, and in which order: those that match every given part.
package struct MailFilter: Hashable, Sendable {
    package var state: Mail.State?
    /// The recipient's address contains this, in upper or lower case.
    package var to: String?
    /// To the user with this ID.
    package var userID: String?
    /// Queued at this time or later.
    package var since: Timestamp?
    /// Queued at this time or earlier.
    package var until: Timestamp?
    /// Whether the list begins with the mail queued last.
    package var newestFirst: Bool

    package init(
        state: Mail.State? = nil, to: String? = nil, userID: String? = nil, since: Timestamp? = nil, until: Timestamp? = nil,
        newestFirst: Bool = false
    ) {
        self.state = state
        self.to = to
        self.userID = userID
        self.since = since
        self.until = until
        self.newestFirst = newestFirst
    }

    /// The IDs of the mails after `cursor` in this list are between these two. An ID has the time at which its mail was made.
    package func range(after cursor: String?) -> (after: String, before: String) {
        let lower = since.map(UUIDv7.lowerBound) ?? ""
        // No ID comes after this one.
        let upper = until.map { UUIDv7.lowerBound($0 + .milliseconds(1)) } ?? "\u{7f}"
        guard let cursor else { return (lower, upper) }
        return newestFirst ? (lower, min(upper, cursor)) : (max(lower, cursor), upper)
    }
}
