package import ShippyCore

/// The next step of a relay: one call or one wait.
package enum RelayStep: Hashable, Sendable {
    /// Declare the consumer groups that receive the events.
    case declareGroups
    /// Read the bus's position.
    case locate
    case firstSequence
    case eventID(at: Int64)
    case listIDs(after: Int64)
    case publish([OutgoingEvent])
    /// Claim records, with the bus at this position.
    case claim(BusPosition)
    case mark([PublishedRecord], identity: String, fence: Int64)
    case setAside(position: Int64, reason: String, fence: Int64)
    case lastPublished
    /// Reopen records that the bus acknowledged at this position or later.
    case reopen(from: BusPosition)
    /// Reopen records acknowledged by any bus other than the one with this identity.
    case reopenOthers(than: String)
    /// Delete old published records. The bus has just been found complete.
    case dropPublished
    /// Wait until records are added.
    case awaitRecords(upTo: Duration)
    case rest(Duration)
}

/// The result of a step.
package enum RelayAnswer: Sendable {
    case done
    case failed(ShippyError)
    case located(BusPosition)
    case firstSequence(Int64)
    case eventID(String?)
    case listed(EventIDs)
    case published([Result<PublishReceipt, ShippyError>])
    case claimed(OutboxClaim)
    /// Whether the lease was still valid.
    case written(Bool)
    case lastPublished(PublishedEvent?)
    case reopened(Int)
}

/// A log message of the relay.
package enum RelayNote: Hashable, Sendable {
    case published(OutgoingEvent, PublishReceipt)
    case foundOnBus(count: Int)
    case setAside(OutgoingEvent, reason: String)
    case leaseLost(count: Int)
    case failing(ShippyError)
    case back
    /// The bus has lost events: of `reopened` records, `missing` had to be published again.
    case lost(missing: Int, reopened: Int)
    /// Records were reopened because the bus might have lost events, and it has them all.
    case searched(reopened: Int)
}
