package import ShippyCore

/// Where a SQLite store's events go.
package enum EventDestination: Sendable {
    /// Into an outbox, for a bus that is another system.
    case outbox
    /// Into the log in the same file, which is the bus. From the first event on, the log keeps what these groups have not
    /// acknowledged.
    case log(groups: [ConsumerConfiguration])
}
