import ShippyCore
import SwiftProtobuf

/// Asks etcd for the time left on leases.
struct EtcdLeaseLookup {
    /// The number of concurrent calls. There are many, so that they share few packets: etcd measures the connection with a ping
    /// after each packet, and SwiftNIO closes a connection that gets some hundreds of pings within seconds.
    private static let callsAtATime = 1000

    let client: EtcdClient

    /// The seconds left, for instances whose leases are alive.
    func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double] {
        let sharers = Dictionary(grouping: instances, by: \.lease)
        let leases = Array(sharers.keys)
        // One deadline for all calls: one for each would take as long as the call itself.
        let limit = EtcdClient.callLimit + .milliseconds(leases.count)
        return try await withThrowingTaskGroup(of: (lease: Int64, seconds: Int64?).self) { group in
            group.addTask {
                try await Task.sleep(for: limit)
                throw ShippyError(.unavailable, "cannot reach etcd at \(client.servers): no answer within \(Int(limit.seconds.rounded())) s")
            }
            var left: [Instance.Key: Double] = [:]
            left.reserveCapacity(instances.count)
            for place in 0..<(leases.count + Self.callsAtATime) {
                if place < leases.count {
                    let lease = leases[place]
                    group.addTask { (lease, try await timeToLive(lease, limit: nil)) }
                }
                if place >= Self.callsAtATime, let answer = try await group.next(), let seconds = answer.seconds {
                    for instance in sharers[answer.lease] ?? [] { left[instance.key] = Double(seconds) }
                }
            }
            group.cancelAll()
            return left
        }
    }

    /// The seconds left; nil when the lease is gone.
    func timeToLive(_ lease: Int64, limit: Duration? = EtcdClient.callLimit) async throws -> Int64? {
        let request = Etcdserverpb_LeaseTimeToLiveRequest.with { $0.id = lease }
        let reply = try await client.call(limit: limit) {
            try await Etcdserverpb_Lease.Client(wrapping: $0).leaseTimeToLive(request, metadata: $1, options: $2)
        }
        return reply.ttl >= 0 ? min(reply.ttl, EtcdLease.longest) : nil
    }
}
