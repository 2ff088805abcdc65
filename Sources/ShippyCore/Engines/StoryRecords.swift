/// What only a story needs of a store. Each call reads a few rows by an index.
package protocol StoryRecords: Sendable {
    /// How a user was created; nil if there is no such user.
    func origin(ofUser id: String) async throws -> UserOrigin?

    /// The mails that these events caused, and copies of them, in ID order.
    func mails(ofEvents ids: [String]) async throws -> [Mail]
}
