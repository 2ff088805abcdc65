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
        // One deadline for all: one for each call takes as long as the call.
        let limit = Duration.seconds(3) + .milliseconds(instances.count)
        return try await withThrowingTaskGroup(of: (Instance.Key, Int64?).self) { group in
            group.addTask {
                try await Task.sleep(for: limit)
                throw ShippyError(.unavailable, "cannot reach etcd at \(client.servers): no answer within \(Int(limit.seconds.rounded())) s")
            }
            var left: [Instance.Key: Double] = [:]
            left.reserveCapacity(instances.count)
            for place in 0..<(instances.count + Self.callsAtATime) {
                if place < instances.count {
                    let instance = instances[place]
                    group.addTask { (instance.key, try await timeToLive(instance.lease, limit: nil)) }
                }
                if place >= Self.callsAtATime, let (key, seconds) = try await group.next() { left[key] = seconds.map(Double.init) }
            }
            group.cancelAll()
            return left
        }
    }

    /// Seconds; nil when the lease is gone.
    func timeToLive(_ lease: Int64, limit: Duration? = EtcdClient.callLimit) async throws -> Int64? {
        let request = Etcdserverpb_LeaseTimeToLiveRequest.with { $0.id = lease }
        let reply = try await client.call(limit: limit) {
            try await Etcdserverpb_Lease.Client(wrapping: $0).leaseTimeToLive(request, metadata: $1, options: $2)
        }
        return reply.ttl >= 0 ? reply.ttl : nil
    }
}
