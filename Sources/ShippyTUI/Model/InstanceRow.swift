package import ShippyCore

/// An instance as the panel knows it.
package struct InstanceRow: Sendable {
    /// A lease of which less than this share is left was not renewed when it should have been: instances do it at a third.
    static let expiringShare = 0.5

    package struct Departure: Hashable, Sendable {
        package var at: Double
        package var reason: String
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
    /// What filters look at: the fields in lower case, a line each, and a zero at the end.
    let searchBytes: [UInt8]
    private let metadataStart: Int

    /// - Parameter isNews: whether it has changed just now, or was like this before anybody looked.
    package init(_ instance: Instance, service: Int = 0, load: Int = 0, isNews: Bool, now: Double) {
        self.instance = instance
        self.service = service
        self.load = load
        changedAt = isNews ? now : -.infinity
        leaseEnd = instance.ttlLeft.map { now + $0 }
        (searchBytes, metadataStart) = Self.searchBytes(instance)
        state = currentState(now)
    }

    func timeLeft(_ now: Double) -> Double? {
        departure == nil ? leaseEnd.map { max(0, $0 - now) } : nil
    }

    func currentState(_ now: Double) -> InstanceState {
        if departure != nil { return .gone }
        if case .failed = probe { return .unreachable }
        if let left = timeLeft(now), left < instance.ttl * Self.expiringShare { return .expiring }
        return instance.foreignOwner == nil ? .healthy : .foreign
    }

    /// The metadata, by name.
    var metadataBytes: ArraySlice<UInt8> { searchBytes[metadataStart...] }

    private static func searchBytes(_ instance: Instance) -> (all: [UInt8], metadataStart: Int) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        func add(_ text: String) {
            if text.isASCII {
                for byte in text.utf8 { bytes.append(byte >= 65 && byte <= 90 ? byte | 32 : byte) }
            } else {
                bytes.append(contentsOf: text.lowercased().utf8)
            }
        }
        for text in [instance.service, instance.id, instance.address, instance.protocol, instance.version] {
            add(text)
            bytes.append(10)
        }
        let metadataStart = bytes.count
        for (name, value) in instance.metadata.sorted(by: { $0.key < $1.key }) {
            add(name)
            bytes.append(UInt8(ascii: "="))
            add(value)
            bytes.append(10)
        }
        bytes.append(0)
        return (bytes, metadataStart)
    }
}
