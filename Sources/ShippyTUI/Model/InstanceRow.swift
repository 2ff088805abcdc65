package import ShippyCore

/// An instance as the panel knows it.
package struct InstanceRow: Sendable {
    package struct Departure: Hashable, Sendable {
        package var at: Double
        package var reason: RemovalReason
    }

    package internal(set) var instance: Instance
    package internal(set) var state = InstanceState.healthy
    /// When the lease runs out if nobody renews it, in seconds of ``Moment``; nil while that is not known.
    var leaseEnd: Double?
    package internal(set) var probe: ProbeResult?
    package internal(set) var departure: Departure?
    var changedAt: Double
    /// Which of the model's services it belongs to.
    var service: Int
    /// Which load of the registry had it last.
    var load: Int
    /// - Parameter isNews: whether it has changed just now, or was like this before anybody looked.
    package init(_ instance: Instance, service: Int = 0, load: Int = 0, isNews: Bool, now: Double) {
        self.instance = instance
        self.service = service
        self.load = load
        changedAt = isNews ? now : -.infinity
        leaseEnd = instance.ttlLeft.map { now + $0 }
        state = currentState(now)
    }

    /// Whether only its lease says that it is healthy.
    var isUnprobed: Bool { state == .healthy && probe == nil }

    func timeLeft(_ now: Double) -> Double? {
        departure == nil ? leaseEnd.map { max(0, $0 - now) } : nil
    }

    func currentState(_ now: Double) -> InstanceState {
        if departure != nil { return .gone }
        if case .failed = probe { return .unreachable }
        if let left = timeLeft(now), InstanceState.isExpiring(left, of: instance.ttl) { return .expiring }
        return instance.foreignOwner == nil ? .healthy : .foreign
    }
}
