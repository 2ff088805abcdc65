import Foundation
import GRPCCore
import ShippyCore
import ShippyRPCClient
import SwiftProtobuf
import Synchronization

/// Feeds a queue with the changes in etcd, from one member after another, until this object is released or no member answers.
final class EtcdFeed: Sendable {
    let queue = UpdateQueue()
    private let task: Task<Void, Never>

    init(_ client: EtcdClient, service: String?, after revision: Int64) {
        let run = Run(client: client, service: service, queue: queue, position: Position(revision))
        task = Task { [queue] in
            do {
                try await run.feed()
                queue.finish(throwing: nil)
            } catch {
                queue.finish(throwing: error)
            }
        }
    }

    deinit { task.cancel() }

    /// The revision up to which the watcher of each keyspace has reported all changes: the watchers do not keep in step.
    private final class Position: Sendable {
        private let revisions: Mutex<[Keyspace: Int64]>

        init(_ revision: Int64) {
            revisions = Mutex(Self.everywhere(revision))
        }

        var all: [Keyspace: Int64] { revisions.withLock { $0 } }

        func set(_ revision: Int64) {
            revisions.withLock { $0 = Self.everywhere(revision) }
        }

        func move(_ keyspace: Keyspace, to revision: Int64) {
            revisions.withLock { $0[keyspace] = max($0[keyspace] ?? 0, revision) }
        }

        private static func everywhere(_ revision: Int64) -> [Keyspace: Int64] {
            Dictionary(uniqueKeysWithValues: Keyspace.allCases.map { ($0, revision) })
        }
    }

    private struct Run {
        /// The pause between checks that the member still answers.
        static let silence = Duration.seconds(3)

        let client: EtcdClient
        let service: String?
        let queue: UpdateQueue
        let position: Position

        func feed() async throws {
            while !Task.isCancelled {
                // If it is behind, this is another etcd, or one restored to an earlier state.
                let revision = try await client.call { client, metadata, options in try await Self.revision(client, metadata, options) }
                if position.all.values.contains(where: { $0 > revision }) { resync(revision) }
                guard try await follow() else {
                    throw ShippyError(.unavailable, "etcd at \(client.servers) ended the watch")
                }
                // The changes up to here have been compacted.
                try await resync(client.call { client, metadata, options in try await Self.revision(client, metadata, options) })
            }
        }

        /// - Parameter revision: a revision that the whole list will include.
        private func resync(_ revision: Int64) {
            position.set(revision)
            queue.resync()
        }

        /// - Returns: true if it ended because changes still to be reported have been compacted.
        private func follow() async throws -> Bool {
            try await client.call(limit: nil) { client, metadata, options in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask { try await watch(client, metadata, options) }
                    group.addTask {
                        // A member that is stopped, or cut off from the others, does not end a watch: it only falls silent.
                        var options = options
                        options.timeout = EtcdClient.callLimit
                        while true {
                            _ = try await Self.revision(client, metadata, options)
                            try await Task.sleep(for: Self.silence)
                        }
                    }
                    defer { group.cancelAll() }
                    return try await group.next() ?? false
                }
            }
        }

        private func watch(_ client: GRPCClient<ClientPool.Transport>, _ metadata: Metadata, _ options: CallOptions) async throws -> Bool {
            try await Etcdserverpb_Watch.Client(wrapping: client).watch(metadata: metadata, options: options) { writer in
                for (keyspace, revision) in position.all {
                    let range = keyspace.range(service: service)
                    try await writer.write(
                        .with {
                            $0.createRequest = .with {
                                $0.key = range.key
                                $0.rangeEnd = range.end
                                $0.startRevision = revision + 1
                                $0.prevKv = true
                                $0.watchID = keyspace.rawValue
                            }
                        })
                }
                // Keeps the stream open until this task is cancelled.
                while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
            } onResponse: { response in
                let watch = EtcdWatch()
                for try await message in response.messages {
                    if message.compactRevision > 0 { return true }
                    if message.canceled { throw RPCError(code: .unavailable, message: message.cancelReason) }
                    let ended = try await endedLeases(message.events)
                    for update in watch.updates(message, ended: ended) { queue.push(update) }
                    if let last = message.events.last, let keyspace = Keyspace(rawValue: message.watchID) {
                        position.move(keyspace, to: last.kv.modRevision)
                    }
                }
                return false
            }
        }

        /// The last revision of the cluster, as one member reports it after asking the others.
        private static func revision(
            _ client: GRPCClient<ClientPool.Transport>, _ metadata: Metadata, _ options: CallOptions
        ) async throws -> Int64 {
            let request = Etcdserverpb_RangeRequest.with {
                $0.key = Data(Keyspace.shippy.prefix.utf8)
                $0.countOnly = true
            }
            return try await Etcdserverpb_KV.Client(wrapping: client).range(request, metadata: metadata, options: options).header.revision
        }

        /// The expired leases among those of deleted keys.
        private func endedLeases(_ events: [Etcdserverpb_Event]) async throws -> Set<Int64> {
            var ended: Set<Int64> = []
            for lease in Set(events.filter { $0.type == .delete }.map(\.prevKv.lease)) where lease != 0 {
                if try await EtcdLeaseLookup(client: client).timeToLive(lease) == nil { ended.insert(lease) }
            }
            return ended
        }
    }
}
