package import ShippyCore

/// What a relay does next. Each is one call, or one wait.
package enum RelayStep: Hashable, Sendable {
    /// Make the groups that the events are for.
    case declareGroups
    /// Ask the bus where it stands.
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
    /// Reopen what the bus acknowledged at this position or later.
    case reopen(from: BusPosition)
    /// Reopen what other buses than the one with this identity acknowledged.
    case reopenOthers(than: String)
    /// Drop records that were published long ago: the bus has just been seen to have them.
    case dropPublished
    /// Wait until records are added.
    case awaitRecords(upTo: Duration)
    case rest(Duration)
}

/// What a step came to.
package enum RelayAnswer: Sendable {
    case done
    case failed(ShippyError)
    case located(BusPosition)
    case firstSequence(Int64)
    case eventID(String?)
    case listed(EventIDs)
    case published([Result<PublishReceipt, ShippyError>])
    case claimed(OutboxClaim)
    /// Whether the lease still stood.
    case written(Bool)
    case lastPublished(PublishedEvent?)
    case reopened(Int)
}

/// What a relay has to tell people.
package enum RelayNote: Hashable, Sendable {
    case published(OutgoingEvent, PublishReceipt)
    case foundOnBus(count: Int)
    case setAside(OutgoingEvent, reason: String)
    case leaseLost(count: Int)
    case failing(ShippyError)
    case back
    /// The bus has lost events: how many had to be published again, of those that could have been lost.
    case lost(missing: Int, reopened: Int)
}
