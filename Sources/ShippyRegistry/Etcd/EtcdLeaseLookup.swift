import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// Asks etcd how long leases have left.
struct EtcdLeaseLookup {
    /// Many at a time go into few packets: etcd measures the line after a packet with a ping, and SwiftNIO closes a connection
    /// that gets some hundreds of them within seconds.
    private static let callsAtATime = 1000

    let client: EtcdClient

    /// Seconds, for those whose leases live.
    func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double] {
        try await withThrowingTaskGroup(of: (Instance.Key, Int64?).self) { group in
            var left: [Instance.Key: Double] = [:]
            left.reserveCapacity(instances.count)
            for (started, instance) in instances.enumerated() {
                if started >= Self.callsAtATime, let (key, seconds) = try await group.next() { left[key] = seconds.map(Double.init) }
                group.addTask { (instance.key, try await timeToLive(instance.lease)) }
            }
            for try await (key, seconds) in group { left[key] = seconds.map(Double.init) }
            return left
        }
    }

    /// Seconds; nil when the lease is gone.
    func timeToLive(_ lease: Int64) async throws -> Int64? {
        let request = Etcdserverpb_LeaseTimeToLiveRequest.with { $0.id = lease }
        let reply = try await client.call(limit: nil) {
            try await Etcdserverpb_Lease.Client(wrapping: $0).leaseTimeToLive(request, metadata: $1, options: $2)
        }
        return reply.ttl >= 0 ? reply.ttl : nil
    }
}
