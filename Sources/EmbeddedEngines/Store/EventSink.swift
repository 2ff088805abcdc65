import GRDB
import ShippyCore

/// Where the events of a store's users go.
protocol EventSink: Sendable {
    /// Takes events in order, none of which it has seen before, as a part of the transaction that stores their users.
    func append(_ events: [OutgoingEvent], _ db: Database) throws

    /// Wakes whoever waits for events, in this process and in others. To be called after the commit.
    func wake()
}
