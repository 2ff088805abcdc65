import NATSEngine
import ShippyCore
import Synchronization
import TestSupport
import Testing

/// A cluster of three of which servers die: readers wait, go on, and believe no replica that lags.
@Suite(.serialized) struct NATSClusterTests {
    private let users = [SubjectFilter(.userCreated)]

    /// Waits longer than users would: three servers on a machine that is busy with other tests take their time to elect a leader.
    private func bus(_ cluster: NATSCluster) -> NATSBus {
        NATSBus(NATSOptions(servers: cluster.urls.shuffled(), replicas: 3, electionLimit: .seconds(120)))
    }

    /// Publishes until each is acknowledged.
    private func publish(_ bus: any EventBus, _ count: Int) async throws -> [String] {
        let events = (0..<count).map { _ in Samples.outgoing() }
        var left = events
        try await eventually("all are published", within: .seconds(90)) {
            guard let results = try? await bus.publish(left) else { return false }
            left = zip(left, results).compactMap { event, result in (try? result.get()) == nil ? event : nil }
            return left.isEmpty
        }
        return events.map(\.id)
    }

    private func ids(_ items: [StreamItem]) -> [String] {
        items.compactMap { if case .event(let event) = $0 { event.id } else { nil } }
    }

    private func hasReset(_ items: [StreamItem]) -> Bool {
        items.contains { if case .notice(.reset) = $0 { true } else { false } }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [true, false])
    func aReplayEndsWithOneServerDead(leaderDies: Bool) async throws {
        let cluster = try await NATSCluster.start()
        let writer = bus(cluster)
        let published = Set(try await publish(writer, 300))
        let leader = try await cluster.leader()
        try await cluster.servers[leaderDies ? leader : (leader + 1) % 3].kill()
        try await withThrowingTaskGroup(of: [StreamItem].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let bus = bus(cluster)
                    let reader = try await bus.reader(subjects: users, from: .all)
                    var items: [StreamItem] = []
                    while case let more = try await reader.next(limit: 100, wait: .zero), !more.isEmpty { items += more }
                    await reader.close()
                    await bus.close()
                    return items
                }
            }
            for try await items in group {
                #expect(Set(ids(items)) == published)
                #expect(ids(items).count == 300, "each once")
                #expect(!hasReset(items))
            }
        }
        await writer.close()
        try await cluster.stop()
    }

    @Test(.timeLimit(.minutes(5))) func aTailGoesOnWhenLeadersDie() async throws {
        let cluster = try await NATSCluster.start()
        let (writer, follower) = (bus(cluster), bus(cluster))
        var published = try await publish(writer, 50)
        let readers = [
            try await follower.reader(subjects: users, from: .all), try await follower.reader(subjects: users, from: .all),
        ]
        var seen: [[StreamItem]] = [[], []]
        for _ in 0..<3 {
            let leader = try await cluster.leader()
            try await cluster.servers[leader].kill()
            published += try await publish(writer, 50)
            try await cluster.servers[leader].restart()
            published += try await publish(writer, 50)
            for (place, reader) in readers.enumerated() {
                try await eventually("all come, \(ids(seen[place]).count) of \(published.count)") {
                    seen[place] += try await reader.next(limit: 100, wait: .milliseconds(200))
                    return Set(ids(seen[place])).isSuperset(of: published)
                }
            }
        }
        for items in seen {
            #expect(ids(items).count == Set(ids(items)).count, "each once")
            #expect(!hasReset(items), "\(items.filter { if case .notice = $0 { true } else { false } })")
        }
        for reader in readers { await reader.close() }
        await writer.close()
        await follower.close()
        try await cluster.stop()
    }

    @Test(.timeLimit(.minutes(5))) func aTailWaitsForTheQuorum() async throws {
        let cluster = try await NATSCluster.start()
        let writer = bus(cluster)
        _ = try await publish(writer, 10)
        let reader = try await writer.reader(subjects: users, from: .all)
        _ = try await reader.events(10)
        for server in cluster.servers[..<2] { try await server.kill() }
        let begin = ContinuousClock.now
        while begin.duration(to: .now) < .seconds(15) {
            let items = try await reader.next(limit: 10, wait: .milliseconds(500))
            #expect(!hasReset(items))
        }
        for server in cluster.servers[..<2] { try await server.restart() }
        let last = try await publish(writer, 1)[0]
        let items = try await reader.items { if case .event(let event) = $0 { event.id == last } else { false } }
        #expect(ids(items) == [last])
        #expect(!hasReset(items))
        await reader.close()
        await writer.close()
        try await cluster.stop()
    }
}
