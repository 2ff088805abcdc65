package import ShippyCore

/// Where a SQLite store's events go.
package enum EventDestination: Sendable {
    /// Into an outbox, for a bus that is another system.
    case outbox
    /// Into the log in the same file, which is the bus. From the first event on, the log keeps what these groups have not
    /// acknowledged.
    ///
    /// `takesOutbox` says whether what waits in the file's outbox for another bus is published here, too: for services, which work on
    /// this bus from now on. A command leaves it alone, because services of that bus may be at work on the file.
    case log(groups: [ConsumerConfiguration], takesOutbox: Bool = true)
}
