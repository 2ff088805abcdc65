import ShippyCore
import Synchronization

/// A member of a group: takes its events and, at least once a second, its replayed dead letters.
final class NATSMember: EventConsumer {
    /// How often it looks for replays, and so the longest wait for other events at a time.
    private static let lookInterval = Duration.seconds(1)

    private let events: NATSConsumer
    private let replays: NATSConsumer
    private let lastLook = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameter replays: the consumer of ``ConsumerConfiguration/replays``.
    init(events: NATSConsumer, replays: NATSConsumer) {
        self.events = events
        self.replays = replays
    }

    func join() async throws {
        try await events.join()
        try await replays.join()
    }

    func fetch(limit: Int, wait: Duration) async throws -> DeliveryBatch {
        let deadline = ContinuousClock.now + wait
        while true {
            if isTimeToLook(), try await replays.hasWork() {
                let batch = try await replays.fetch(limit: limit, wait: .zero)
                if !batch.events.isEmpty || !batch.buried.isEmpty { return batch.renumbered(isReplay: true) }
            }
            let left = max(.zero, ContinuousClock.now.duration(to: deadline))
            let batch = try await events.fetch(limit: limit, wait: min(left, Self.lookInterval))
            if !batch.events.isEmpty || !batch.buried.isEmpty || left <= Self.lookInterval || Task.isCancelled {
                return batch.renumbered(isReplay: false)
            }
        }
    }

    private func isTimeToLook() -> Bool {
        lastLook.withLock { last in
            if let last, last.duration(to: .now) < Self.lookInterval { return false }
            last = .now
            return true
        }
    }

    func settle(_ batch: DeliveryBatch, failures: [Int64: String]) async throws -> [BuriedEvent] {
        let (consumer, original) = source(of: batch)
        return try await consumer.settle(original, failures: failures)
    }

    func release(_ batch: DeliveryBatch) async throws {
        let (consumer, original) = source(of: batch)
        try await consumer.release(original)
    }

    private func source(of batch: DeliveryBatch) -> (consumer: NATSConsumer, batch: DeliveryBatch) {
        var original = batch
        original.token = batch.token / 2
        return (batch.token % 2 == 1 ? replays : events, original)
    }

    func close() async {
        await events.close()
        await replays.close()
    }
}

extension DeliveryBatch {
    /// The batch with a token that tells where it comes from.
    fileprivate func renumbered(isReplay: Bool) -> DeliveryBatch {
        var batch = self
        batch.token = token * 2 + (isReplay ? 1 : 0)
        return batch
    }
}
