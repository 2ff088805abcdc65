/// A login that lasts: its refresh tokens get new access tokens until it ends.
package struct Session: Hashable, Sendable {
    /// A lower-case UUID of version 7.
    package var id: String
    package var userID: String
    package var createdAt: Timestamp
    package var lastUsedAt: Timestamp
    /// When it ends by itself. Each refresh moves this, up to a limit that the service sets.
    package var expiresAt: Timestamp
    /// The number of the current refresh token. It begins with 1.
    package var counter: Int64
    /// The number of the token that was used for the current one: a client that lost the answer still has only that. 0 at first.
    package var previous: Int64
    /// When the current refresh token was issued. The store sets it.
    package var counterSince: Timestamp
    /// The client's own description, such as its User-Agent: at most 200 characters.
    package var client: String
    /// The client's IP address at the last use.
    package var address: String

    package init(
        id: String, userID: String, createdAt: Timestamp, lastUsedAt: Timestamp, expiresAt: Timestamp, counter: Int64 = 1,
        previous: Int64 = 0, counterSince: Timestamp, client: String, address: String
    ) {
        self.id = id
        self.userID = userID
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.expiresAt = expiresAt
        self.counter = counter
        self.previous = previous
        self.counterSince = counterSince
        self.client = client
        self.address = address
    }
}
