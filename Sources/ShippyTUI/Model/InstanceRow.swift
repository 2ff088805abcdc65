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
    package var changedAt: Double
    /// The index of its service in the model.
    var service: Int
    /// The number of the last load of the registry that contained it.
    var load: Int

    /// - Parameter isNews: whether it has just changed, rather than being loaded for the first time.
    package init(_ instance: Instance, service: Int = 0, load: Int = 0, isNews: Bool, now: Double) {
        self.instance = instance
        // One text instead of two equal ones: there may be a hundred thousand.
        if instance.address == instance.id { self.instance.address = instance.id }
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

extension InstanceRow: ListRow {
    package typealias Column = InstanceColumn

    package var id: Instance.Key { instance.key }
    package var name: String { instance.id }
    package static func name(of key: Instance.Key) -> String { key.id }
    package var group: Int32 { Int32(truncatingIfNeeded: service) }
    package var isProblem: Bool { state.isProblem }
    package var isGone: Bool { departure != nil }

    package func forEachSearchLine(_ body: (String, String?) -> Void) {
        for text in [instance.service, instance.id, instance.address, instance.protocol, instance.version] { body(text, nil) }
        for (name, value) in instance.metadata { body(name, value) }
    }

    package func field(_ name: String) -> String? {
        switch name {
        case "service": instance.service
        case "id": instance.id
        case "address": instance.address
        case "protocol": instance.protocol
        case "version": instance.version
        case "state": state.name
        default: instance.metadata[name] ?? instance.metadata.first { $0.key.lowercased() == name }?.value
        }
    }

    package func comesBefore(_ other: InstanceRow) -> Bool {
        NaturalOrder.precedes(instance.service, other.instance.service) ?? NaturalOrder.precedes(instance.id, other.instance.id) ?? false
    }
}
