package import ShippyCore

/// Where a SQLite store's events go.
package enum EventDestination: Sendable {
    /// An outbox, for a bus that is another system.
    case outbox
    /// The log in the same file, which is the bus. From the first event on, the log keeps the events that these groups have not
    /// acknowledged.
    ///
    /// `takesOutbox` says whether the log also gets records that wait in the file's outbox for another bus. Services set it,
    /// because they use this bus from now on. A command does not, because services that use the other bus may be working on the
    /// file.
    case log(groups: [ConsumerConfiguration], takesOutbox: Bool = true)
}
