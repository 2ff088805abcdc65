import GRDB
import ShippyCore

/// Where the events of a store's users go.
protocol EventSink: Sendable {
    /// Takes events in order, none of which it has seen before, as a part of the transaction that stores their users.
    ///
    /// - Returns: the sequence of the first, when they are published by it; those of the others follow.
    func append(_ events: [OutgoingEvent], _ db: Database) throws -> Int64?

    /// Wakes whoever waits for events, in this process and in others. To be called after the commit.
    func wake()
}
