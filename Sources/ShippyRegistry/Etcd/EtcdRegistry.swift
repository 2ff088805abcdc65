import Foundation
import GRPCCore
import NIOPosix
package import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// The registry in etcd, beside what go-kit and go-micro programs register there.
///
/// etcd counts leases in whole seconds and grants no less than two or so; an instance with a shorter TTL is gone by then.
package final class EtcdRegistry: ServiceRegistry {
    private let client: EtcdClient

    /// Connects when it is first used.
    package init(_ options: EtcdOptions) {
        client = EtcdClient(options)
    }

    package func register(_ instances: [Instance]) async throws -> RegistryLease {
        let lease = try await grant(seconds: Int64(max(1, (instances.map(\.ttl).min() ?? 0).rounded(.up))))
        let request = try Etcdserverpb_TxnRequest.with { request in
            for instance in instances {
                let details = try Shippy_Registry_InstanceDetails(instance).json()
                request.success.append(Self.put(EtcdKeys.instance(instance.key), details, lease: lease))
                // go-kit's clients dial whatever they find, with gRPC.
                guard instance.protocol == "grpc" else { continue }
                request.success.append(Self.put(EtcdKeys.goKit(instance), Data(instance.address.utf8), lease: lease))
            }
        }
        _ = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2) }
        return RegistryLease(id: lease, keys: instances.map(\.key))
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
        guard reply.error.isEmpty else { throw ShippyError(.unavailable, "etcd at \(client.servers) grants no lease: \(reply.error)") }
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
        // The lease may live on while somebody has deleted a key, or registered in its place.
        let request = Etcdserverpb_TxnRequest.with {
            $0.success = lease.keys.map { key in
                .with {
                    $0.requestRange = .with {
                        $0.key = EtcdKeys.instance(key)
                        $0.keysOnly = true
                    }
                }
            }
        }
        let found = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2) }
        return found.responses.allSatisfy { $0.responseRange.kvs.first?.lease == lease.id }
    }

    package func deregister(_ key: Instance.Key) async throws -> Bool {
        guard let instance = try await snapshot(service: key.service).instances.first(where: { $0.key == key }) else { return false }
        if let owner = instance.foreignOwner {
            throw ShippyError(.denied, "\(key.service) \(key.id) was registered by a \(owner) program: shippy leaves it alone")
        }
        // The lease is left to run out: a key that is gone while its lease lives was taken out, and did not expire.
        let request = Etcdserverpb_TxnRequest.with {
            $0.success = [Self.delete(EtcdKeys.instance(key)), Self.delete(EtcdKeys.goKit(instance))]
        }
        let reply = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2) }
        return reply.responses.first?.responseDeleteRange.deleted == 1
    }

    private static func delete(_ key: Data) -> Etcdserverpb_RequestOp {
        .with { $0.requestDeleteRange = .with { $0.key = key } }
    }

    package func read(service: String?, page: @escaping @Sendable ([Instance]) -> Void) async throws -> Int64 {
        let prefixes = [EtcdKeys.instances, EtcdKeys.goKit, EtcdKeys.goMicro].map { EtcdKeys.range($0, service: service) }
        let request = Etcdserverpb_TxnRequest.with {
            $0.success = prefixes.map { prefix in .with { $0.requestRange = Self.page(from: prefix.key, to: prefix.end) } }
        }
        let reply = try await client.call(limit: .seconds(10)) {
            try await Etcdserverpb_KV.Client(wrapping: $0).txn(request, metadata: $1, options: $2)
        }
        let first = reply.responses.map(\.responseRange)
        guard first.count == prefixes.count else { throw ShippyError(.unavailable, "etcd at \(client.servers) gave no full answer") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (kind, (prefix, range)) in zip(prefixes, first).enumerated() {
                var range = range
                while true {
                    // One page is read while the next one is on its way.
                    try await group.next()
                    group.addTask { [pairs = range.kvs] in page(Self.decode(pairs, kind)) }
                    guard range.more, let last = range.kvs.last else { break }
                    // The next key there can be.
                    let next = Self.page(from: last.key + [0], to: prefix.end)
                    range = try await client.call { try await Etcdserverpb_KV.Client(wrapping: $0).range(next, metadata: $1, options: $2) }
                }
            }
        }
        return reply.header.revision
    }

    /// etcd goes through all that is left for each page of it, and many at a time take much memory.
    private static let pageLength: Int64 = 8000

    private static func page(from key: Data, to end: Data) -> Etcdserverpb_RangeRequest {
        .with {
            $0.key = key
            $0.rangeEnd = end
            $0.limit = pageLength
        }
    }

    private static func decode(_ pairs: [Etcdserverpb_KeyValue], _ kind: Int) -> [Instance] {
        switch kind {
        case 0: Shippy_Registry_InstanceDetails.instances(pairs)
        case 1: pairs.compactMap(ForeignInstance.goKit)
        default: pairs.flatMap(ForeignInstance.goMicro)
        }
    }

    package func timeLeft(of instances: [Instance]) async throws -> [Instance.Key: Double] {
        let leased = instances.filter { $0.lease != 0 }
        // A call each, so it is worth sparing them the way to other threads and back.
        return try await withTaskExecutorPreference(EventLoopExecutor(group: MultiThreadedEventLoopGroup.singleton)) {
            try await EtcdLeaseLookup(client: client).timeLeft(of: leased)
        }
    }

    package func watch(service: String?, after revision: Int64) -> AsyncThrowingStream<RegistryUpdate, any Error> {
        AsyncThrowingStream(bufferingPolicy: .unbounded) { continuation in
            let task = Task {
                var position = revision
                do {
                    while !Task.isCancelled {
                        let compacted = try await follow(service: service, after: position) { continuation.yield($0) }
                        guard compacted else { throw ShippyError(.unavailable, "etcd at \(client.servers) has ended the watch") }
                        let snapshot = try await snapshot(service: service)
                        position = snapshot.revision
                        continuation.yield(RegistryUpdate(revision: position, change: .resync(snapshot)))
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    /// - Returns: whether it ended because the changes after `revision` are compacted.
    private func follow(service: String?, after revision: Int64, _ yield: @escaping @Sendable (RegistryUpdate) -> Void) async throws -> Bool {
        try await client.call(limit: nil) { [self] client, metadata, options in
            try await Etcdserverpb_Watch.Client(wrapping: client).watch(metadata: metadata, options: options) { writer in
                for (id, prefix) in EtcdWatch.prefixes.enumerated() {
                    let range = EtcdKeys.range(prefix, service: service)
                    try await writer.write(
                        .with {
                            $0.createRequest = .with {
                                $0.key = range.key
                                $0.rangeEnd = range.end
                                $0.startRevision = revision + 1
                                $0.prevKv = true
                                $0.watchID = Int64(id + 1)
                            }
                        })
                }
                // The stream stays open until this side has had enough.
                while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
            } onResponse: { [self] response in
                let watch = EtcdWatch()
                for try await message in response.messages {
                    if message.compactRevision > 0 { return true }
                    if message.canceled { throw RPCError(code: .unavailable, message: message.cancelReason) }
                    let ended = try await endedLeases(message.events)
                    for update in watch.updates(message, ended: ended) { yield(update) }
                }
                return false
            }
        }
    }

    /// Of the leases of deleted keys, those that have run out.
    private func endedLeases(_ events: [Etcdserverpb_Event]) async throws -> Set<Int64> {
        var ended: Set<Int64> = []
        for lease in Set(events.filter { $0.type == .delete }.map(\.prevKv.lease)) where lease != 0 {
            if try await EtcdLeaseLookup(client: client).timeToLive(lease) == nil { ended.insert(lease) }
        }
        return ended
    }

    package func probe() async throws -> String {
        let reply = try await client.call { try await Etcdserverpb_Maintenance.Client(wrapping: $0).status(.init(), metadata: $1, options: $2) }
        return "etcd \(reply.version)"
    }

    /// etcd ends leases by itself.
    package func maintain() async throws {}

    package func close() async { await client.close() }
}
