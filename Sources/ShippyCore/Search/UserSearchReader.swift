/// What a search reads of a store, all of it from one snapshot.
package protocol UserSearchReader {
    /// In the order of their last IDs. A segment is about the users after the previous segment's last one, up to its own.
    func segments() throws -> [UserSegmentRow]

    /// Maps by ``UserSegment/key(_:_:)``.
    func maps(_ keys: [Int64]) throws -> [Int64: [UInt8]]

    /// Blocks of IDs by ``UserSegment/key(_:_:)``.
    func blocks(_ keys: [Int64]) throws -> [Int64: String]

    /// The IDs in a range, in order, of users who have changed since their segment was made.
    func changedUsers(_ range: UserRange) throws -> [String]

    /// The users who exist, in the order of these IDs.
    func users(ids: [String]) throws -> [UserRecord]

    /// Users in a range who match `filter` except for its text, in its order.
    func users(_ filter: UserFilter, in range: UserRange, limit: Int) throws -> [UserRecord]
}

/// A row of the table of segments.
package struct UserSegmentRow: Hashable, Sendable {
    package var number: Int64
    package var lastID: String

    package init(number: Int64, lastID: String) {
        self.number = number
        self.lastID = lastID
    }
}
