import GRDB
import ShippyCore

/// Where the events of a store's users go.
protocol EventSink: Sendable {
    /// Adds events in order, in the transaction that stores their users. It has not seen any of them before.
    ///
    /// - Returns: the sequence of the first, if this publishes them; the others follow it. Otherwise nil.
    func append(_ events: [OutgoingEvent], _ db: Database) throws -> Int64?

    /// Wakes everyone who waits for events, in this process and others. Call it after the commit.
    func wake()
}
