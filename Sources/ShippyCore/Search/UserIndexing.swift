/// What the index of users has to be told next. Any number of processes may do it: a step that another one was faster with is dropped.
///
/// New users come after the last segment, and are looked at in every search until there are enough for a segment. First, the store takes
/// note of the ID up to which it will reach. From then on, whoever is added or changed up to there is noted as changed. Then its users are
/// read and written as a segment. So nobody is missed.
package struct UserIndexing: Hashable, Sendable {
    /// The IDs of the segment: after the one, up to the other.
    package var after: String
    package var through: String
    /// The segment that it replaces; nil for a new one at the end.
    package var replaced: Int64?

    package init(after: String, through: String, replaced: Int64?) {
        self.after = after
        self.through = through
        self.replaced = replaced
    }

    /// The range's end comes after its last ID.
    package var range: UserRange { UserRange(after: after, before: through + " ") }

    /// Whether it still begins and ends where it did, or another process was faster.
    package func isPresent(in segments: [UserSegmentRow]) -> Bool {
        guard let replaced else { return (segments.last?.lastID ?? "") == after }
        guard let index = segments.firstIndex(where: { $0.number == replaced }) else { return false }
        return (index == 0 ? "" : segments[index - 1].lastID) == after
    }

    /// Users who stay without a segment, so that those whose creation takes longer need not be noted as changed.
    package static let margin = 256

    /// Changed users are looked at in every search. With more, segments are made again.
    package static let changedLimit = 1000

    /// Up to which users a segment is made of the users read from its range.
    ///
    /// - Returns: the range of the segment, and whether it is all of this one.
    package func taken(_ users: [User], size: Int) -> (through: String, isWhole: Bool) {
        users.count < size ? (through, true) : (users[users.count - 1].id, users[users.count - 1].id >= through)
    }

    /// Which segment has most of the changed users.
    package static func most(of changed: [String], _ segments: [UserSegmentRow]) -> UserIndexing? {
        var best: (indexing: UserIndexing, count: Int)?
        var rest = changed[...]
        var after = ""
        for segment in segments {
            let end = rest.firstIndex { $0 > segment.lastID } ?? rest.endIndex
            let count = end - rest.startIndex
            rest = rest[end...]
            if count > best?.count ?? 0 {
                best = (UserIndexing(after: after, through: segment.lastID, replaced: segment.number), count)
            }
            after = segment.lastID
        }
        return best?.indexing
    }
}
