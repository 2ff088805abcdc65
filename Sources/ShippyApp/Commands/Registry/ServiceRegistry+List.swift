import ShippyConfiguration
import ShippyCore

extension ServiceRegistry {
    /// Registered instances with the time left on their leases.
    func list(service: String?) async throws -> [Instance] {
        var instances = try await snapshot(service: service).instances
        guard instances.contains(where: { $0.ttlLeft == nil && $0.lease != 0 }) else { return instances }
        let left = try await timeLeft(of: instances)
        for index in instances.indices { instances[index].ttlLeft = left[instances[index].key] }
        return instances
    }
}

extension Instance {
    var ttlLeftText: String { ttlLeft.map { DurationText.describe(.milliseconds(Int64($0 * 1000))) } ?? "-" }
}
