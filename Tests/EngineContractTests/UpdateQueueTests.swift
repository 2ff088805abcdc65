import ShippyCore
import TestSupport
import Testing

@testable import EtcdEngine

/// What lies between a watch on etcd and a reader that is slower.
@Suite struct UpdateQueueTests {
    private func put(_ revision: Int64) -> RegistryUpdate {
        .change(.put(Samples.instance("users", "\(revision)")), revision: revision)
    }

    private func isResync(_ update: RegistryUpdate?) -> Bool {
        if case .resync? = update { true } else { false }
    }

    private func noList() async throws -> RegistrySnapshot { throw NeverHappened(description: "no list is wanted") }

    @Test func whatFitsComesInItsOrder() async throws {
        let queue = UpdateQueue()
        for revision in 1...Int64(UpdateQueue.limit) { queue.push(put(revision)) }
        for revision in 1...Int64(UpdateQueue.limit) { #expect(try await queue.next(list: noList)?.revision == revision) }
    }

    @Test func aReaderThatFallsBehindGetsTheListInstead() async throws {
        let queue = UpdateQueue()
        for revision in 1...Int64(UpdateQueue.limit) + 1 { queue.push(put(revision)) }
        let list = try await queue.next {
            // The list has one of those that come meanwhile.
            for revision in 5000...5001 as ClosedRange<Int64> { queue.push(put(revision)) }
            return RegistrySnapshot(revision: 5000, instances: [])
        }
        #expect(isResync(list))
        let next = try await queue.next(list: noList)
        #expect(next?.revision == 5001 && !isResync(next))
    }
}
