package import Logging
import Metrics
import ServiceLifecycle
package import ShippyCore

/// Moves events from the outbox to the bus, whatever the two engines are.
///
/// It publishes under the event id and marks a record only after the bus has acknowledged it: so an event may be published
/// twice, and the bus drops the second. A commit wakes it.
package final class OutboxRelay: Service {
    private static let lease = Duration.seconds(5)
    private static let batchLimit = 1024

    private let outbox: any Outbox
    private let bus: any EventBus
    private let lastPublish: LastWrite
    private let logger: Logger
    private let owner = UUIDv7.next()
    private let published = Counter(label: Metric.relayPublished)
    private let duplicates = Counter(label: Metric.relayDuplicates)

    package init(outbox: any Outbox, bus: any EventBus, lastPublish: LastWrite = LastWrite(), logger: Logger) {
        self.outbox = outbox
        self.bus = bus
        self.lastPublish = lastPublish
        self.logger = logger
    }

    /// Works until graceful shutdown, then gives its claims up.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await relayUntilCancelled()
        }
        await release()
    }

    private func relayUntilCancelled() async {
        let backoff = Backoff(base: .milliseconds(100), cap: .milliseconds(500))
        var pace = Pace(interval: .milliseconds(40))
        var failures = 0
        var mustCheck = true
        while !Task.isCancelled {
            do {
                await pace.next()
                let mark = outbox.outboxChanges.mark
                if mustCheck { try await reopenWhatTheBusLost() }
                mustCheck = false
                let count = try await relayBatch()
                if failures > 0 {
                    logger.notice("relay is back", metadata: [LogKey.count: "\(count)"])
                    failures = 0
                }
                if count < Self.batchLimit {
                    await outbox.outboxChanges.wait(after: mark, upTo: .seconds(5))
                    // Nothing came: a moment to look whether all is still there.
                    mustCheck = outbox.outboxChanges.mark == mark
                }
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                mustCheck = true
                if failures == 1 { logger.warning("relay cannot publish, trying again", metadata: [LogKey.error: "\(error)"]) }
                try? await Task.sleep(for: backoff.delay(attempt: failures))
            }
        }
    }

    /// Publishes what is pending, at most one batch.
    /// - Returns: how many records were published.
    package func relayBatch() async throws -> Int {
        let records = try await outbox.claimOutbox(limit: Self.batchLimit, owner: owner, lease: Self.lease)
        guard !records.isEmpty else { return 0 }
        let receipts = try await lastPublish.observe { try await bus.publish(records.map(\.event)) }
        if let first = receipts.filter({ !$0.isDuplicate }).map(\.sequence).min(), first <= (try await outbox.lastPublishedSequence()) {
            // The bus gives sequences out a second time: it has lost those who had them.
            try await reopen(from: first)
        }
        try await outbox.markPublished(zip(records, receipts).map { ($0.position, $1.sequence) })
        var repeated = 0
        for (record, receipt) in zip(records, receipts) {
            if receipt.isDuplicate { repeated += 1 }
            logger.debug(
                "event published",
                metadata: [
                    LogKey.requestID: "\(record.event.headers[HeaderName.requestID] ?? "")", LogKey.eventID: "\(record.event.id)",
                    LogKey.sequence: "\(receipt.sequence)",
                ])
        }
        published.increment(by: Int64(receipts.count - repeated))
        if repeated > 0 { duplicates.increment(by: Int64(repeated)) }
        return records.count
    }

    /// A bus that was restored from a copy, lost its last seconds in a power cut, or was deleted and made anew ends before what it
    /// once acknowledged.
    private func reopenWhatTheBusLost() async throws {
        let last = try await bus.status().lastSequence
        if last < (try await outbox.lastPublishedSequence()) { try await reopen(from: last + 1) }
    }

    private func reopen(from sequence: Int64) async throws {
        let count = try await outbox.reopenOutbox(from: sequence)
        logger.warning(
            "the bus has lost events, publishing them again", metadata: [LogKey.sequence: "\(sequence)", LogKey.count: "\(count)"])
    }

    /// Gives its claims up, so that another relay goes on at once.
    package func release() async {
        do {
            try await outbox.releaseOutbox(owner: owner)
        } catch {
            // The lease runs out by itself.
            logger.warning("cannot release the outbox", metadata: [LogKey.error: "\(error)"])
        }
    }
}
