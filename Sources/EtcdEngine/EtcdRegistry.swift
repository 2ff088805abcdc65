import Foundation
import GRPCCore
import NIOPosix
package import ShippyCore
import SwiftProtobuf
import Synchronization

/// A registry in etcd, beside the entries of go-kit and go-micro programs.
///
/// etcd measures leases in whole seconds and grants at least about two, so an instance with a shorter TTL lasts that long.
package final class EtcdRegistry: ServiceRegistry {
    let client: EtcdClient
    private let probed = Mutex<(result: Result<String, any Error>, at: ContinuousClock.Instant)?>(nil)

    /// Connects on first use.
    package init(_ options: EtcdOptions) {
        client = EtcdClient(options)
    }

    package func register(_ instances: [Instance]) async throws -> RegistryLease {
        let lease = try await grant(seconds: Int64(max(1, (instances.map(\.ttl).min() ?? 0).rounded(.up))))
        let request = try Etcdserverpb_TxnRequest.with { request in
            for instance in instances {
                let details = try Shippy_Registry_InstanceDetails(instance).json()
                request.success.append(Self.put(Keyspace.key(of: instance.key), details, lease: lease))
                // go-kit's clients dial every address that they find, with gRPC.
                guard instance.protocol == "grpc" else { continue }
                request.success.append(Self.put(Keyspace.goKitKey(of: instance), Data(instance.address.utf8), lease: lease))
            }
        }
        let reply = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2) }
        return RegistryLease(id: lease, instances: instances, revision: reply.header.revision)
    }

    private static func put(_ key: Data, _ value: Data, lease: Int64) -> Etcdserverpb_RequestOp {
        .with {
            $0.requestPut = .with {
                $0.key = key
                $0.value = value
                $0.lease = lease
            }
        }
    }

    private func grant(seconds: Int64) async throws -> Int64 {
        let request = Etcdserverpb_LeaseGrantRequest.with {
            $0.ttl = seconds
            $0.id = EtcdLease.next()
        }
        let reply = try await client.call { try await Etcdserverpb_Lease.Client(wrapping: $0).leaseGrant(request, metadata: $1, options: $2) }
        guard reply.error.isEmpty else { throw ShippyError(.unavailable, "etcd at \(client.servers) did not grant a lease: \(reply.error)") }
        return reply.id
    }

    package func keepAlive(_ lease: RegistryLease) async throws -> Bool {
        let ttl = try await client.call { client, metadata, options in
            try await Etcdserverpb_Lease.Client(wrapping: client).leaseKeepAlive(metadata: metadata, options: options) { writer in
                try await writer.write(.with { $0.id = lease.id })
            } onResponse: { response in
                for try await message in response.messages { return message.ttl }
                return 0
            }
        }
        guard ttl > 0 else { return false }
        // The lease may be alive although someone has deleted a key, or written something else there.
        let request = Etcdserverpb_TxnRequest.with { request in
            for instance in lease.instances {
                request.success.append(Self.look(Keyspace.key(of: instance.key)))
                if instance.protocol == "grpc" { request.success.append(Self.look(Keyspace.goKitKey(of: instance))) }
            }
        }
        let found = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2) }
        return found.responses.count == request.success.count
            && zip(request.success, found.responses).allSatisfy { asked, reply in
                guard let pair = reply.responseRange.kvs.first else { return false }
                if pair.lease == lease.id, pair.modRevision == lease.revision { return true }
                // Another shippy process with the same address holds the key for both. If that one ends first, this one writes
                // the key again.
                let isGoKit = Keyspace.goKit.contains(asked.requestRange.key)
                return isGoKit && pair.lease != lease.id && EtcdLease.isOurs(pair.lease)
            }
    }

    private static func look(_ key: Data) -> Etcdserverpb_RequestOp {
        .with {
            $0.requestRange = .with {
                $0.key = key
                $0.keysOnly = true
            }
        }
    }

    package func deregister(_ key: Instance.Key) async throws -> Bool {
        let name = Keyspace.key(of: key)
        if key.foreignOwner == nil {
            let request = Etcdserverpb_RangeRequest.with { $0.key = name }
            let found = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).range(request, metadata: $1, options: $2) }
            if let pair = found.kvs.first { return try await remove(pair, Shippy_Registry_InstanceDetails.instance(pair)) }
        }
        if let owner = try await snapshot(service: key.service).instances.filter({ $0.id == key.id }).compactMap(\.foreignOwner).first {
            throw ShippyError(.denied, "\(key.service) \(key.id) was registered by a \(owner) program: shippy does not deregister it")
        }
        return false
    }

    /// Removes a key of ours, and the go-kit key if the same lease holds it. A process on another machine may have the same
    /// address, and the go-kit key may be its own by now.
    private func remove(_ pair: Etcdserverpb_KeyValue, _ instance: Instance?) async throws -> Bool {
        // Leaves the lease to expire: a key that disappears while its lease is alive was deregistered, and did not expire.
        let request = Etcdserverpb_TxnRequest.with {
            $0.success = [Self.delete(pair.key)]
            guard let instance else { return }
            let goKit = Keyspace.goKitKey(of: instance)
            $0.success.append(
                .with {
                    $0.requestTxn = .with {
                        $0.compare = [
                            .with {
                                $0.target = .lease
                                $0.key = goKit
                                $0.lease = pair.lease
                            }
                        ]
                        $0.success = [Self.delete(goKit)]
                    }
                })
        }
        let reply = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2) }
        return reply.responses.first?.responseDeleteRange.deleted == 1
    }

    private static func delete(_ key: Data) -> Etcdserverpb_RequestOp {
        .with { $0.requestDeleteRange = .with { $0.key = key } }
    }

    package func read(service: String?, page: @escaping @Sendable ([Instance]) -> Void) async throws -> Int64 {
        let ranges = Keyspace.allCases.map { $0.range(service: service) }
        let request = Etcdserverpb_TxnRequest.with {
            $0.success = ranges.map { range in .with { $0.requestRange = Self.page(from: range.key, to: range.end) } }
        }
        let reply = try await client.call(limit: .seconds(10)) {
            try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2)
        }
        let first = reply.responses.map(\.responseRange)
        guard first.count == ranges.count else { throw ShippyError(.unavailable, "etcd at \(client.servers) gave an incomplete answer") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for ((keyspace, range), answer) in zip(zip(Keyspace.allCases, ranges), first) {
                var answer = answer
                while true {
                    // One page is parsed while the next one is on its way.
                    try await group.next()
                    group.addTask { [pairs = answer.kvs] in page(keyspace.instances(pairs)) }
                    guard answer.more, let last = answer.kvs.last else { break }
                    // The smallest key after the last one.
                    let next = Self.page(from: last.key + [0], to: range.end)
                    answer = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).range(next, metadata: $1, options: $2) }
                }
            }
        }
        return reply.header.revision
    }

    /// A compromise: etcd scans the whole rest of the range for each page, and large pages take much memory.
    private static let pageLength: Int64 = 8000

    private static func page(from key: Data, to end: Data) -> Etcdserverpb_RangeRequest {
        .with {
            $0.key = key
            $0.rangeEnd = end
            $0.limit = pageLength
        }
    }

    package func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double] {
        let leased = instances.filter { $0.lease != 0 }
        // There is one call per lease, so it pays to spare them the switches between threads.
        return try await withTaskExecutorPreference(EventLoopExecutor(group: MultiThreadedEventLoopGroup.singleton)) {
            try await EtcdLeaseLookup(client: client).timeLeft(of: leased)
        }
    }

    package func watch(service: String?, after revision: Int64) -> AsyncThrowingStream<RegistryUpdate, any Error> {
        let feed = EtcdFeed(client, service: service, after: revision)
        return AsyncThrowingStream { [self] in try await feed.queue.next { try await snapshot(service: service) } }
    }

    /// Grants a lease and leaves it to expire: a write that leaves nothing behind. A cluster without a quorum, or without space,
    /// still answers queries.
    package func probe() async throws -> String {
        if let last = probed.withLock({ $0 }), last.at.duration(to: .now) < .seconds(1) { return try last.result.get() }
        let result: Result<String, any Error>
        do {
            _ = try await grant(seconds: 1)
            let reply = try await client.call { try await Etcdserverpb_Maintenance.Client(wrapping: $0).status(.init(), metadata: $1, options: $2) }
            result = .success("etcd \(reply.version)")
        } catch {
            result = .failure(error)
        }
        probed.withLock { $0 = (result, .now) }
        return try result.get()
    }

    /// etcd ends leases automatically.
    package func maintain() async throws {}

    package func close() async { await client.close() }
}
