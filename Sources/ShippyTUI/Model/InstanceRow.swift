package import ShippyCore

/// An instance, and the panel's information about it.
package struct InstanceRow: Sendable {
    package struct Departure: Hashable, Sendable {
        package var at: Double
        package var reason: RemovalReason
    }

    package internal(set) var instance: Instance
    package internal(set) var state = InstanceState.alive
    /// When the lease expires unless renewed, in seconds of ``Moment``; nil while unknown.
    var leaseEnd: Double?
    package internal(set) var probe: ProbeResult?
    package internal(set) var departure: Departure?
    var changedAt: Double
    /// The index of its service in the model.
    var service: Int
    /// The number of the last load of the registry that contained it.
    var load: Int

    /// - Parameter isNews: whether it has just changed, rather than being loaded for the first time.
    package init(_ instance: Instance, service: Int = 0, load: Int = 0, isNews: Bool, now: Double) {
        self.instance = instance
        self.service = service
        self.load = load
        changedAt = isNews ? now : -.infinity
        leaseEnd = instance.ttlLeft.map { now + $0 }
        state = currentState(now)
    }

    /// Whether it counts as alive by its lease alone.
    var isUnprobed: Bool { state == .alive && probe == nil }

    func timeLeft(_ now: Double) -> Double? {
        departure == nil ? leaseEnd.map { max(0, $0 - now) } : nil
    }

    func currentState(_ now: Double) -> InstanceState {
        if departure != nil { return .gone }
        if case .failed = probe { return .unreachable }
        if let left = timeLeft(now), InstanceState.isExpiring(left, of: instance.ttl) { return .expiring }
        return instance.foreignOwner == nil ? .alive : .foreign
    }
}
