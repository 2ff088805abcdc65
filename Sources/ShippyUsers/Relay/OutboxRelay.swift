package import Logging
import Metrics
import ServiceLifecycle
package import ShippyCore
import ShippyEvents

/// Moves events from the outbox to the bus, for any two engines. ``RelayState`` decides the steps.
///
/// Events are published under their IDs, and a record is marked only after the bus has acknowledged it. A commit wakes the relay.
package final class OutboxRelay: Service {
    private let outbox: any Outbox
    private let bus: any EventBus
    private let clock: SteadyClock
    private let lastPublish: LastWrite
    private let logger: Logger
    private let owner = UUIDv7.next()
    private let published = Counter(.relayPublished)
    private let duplicates = Counter(.relayDuplicates)
    private let setAside = Counter(.relaySetAside)

    package init(outbox: any Outbox, bus: any EventBus, clock: SteadyClock = .system, lastPublish: LastWrite = LastWrite(), logger: Logger) {
        self.outbox = outbox
        self.bus = bus
        self.clock = clock
        self.lastPublish = lastPublish
        self.logger = logger
    }

    /// Runs until graceful shutdown, then releases its lease, so that another relay can continue at once.
    package func run() async throws {
        let fence = await cancelWhenGracefulShutdown { [self] in await relayUntilCancelled() }
        guard let fence else { return }
        do {
            try await outbox.releaseOutbox(fence: fence)
        } catch {
            // The lease expires anyway.
            logger.warning("cannot release the outbox", metadata: [LogKey.error: "\(error)"])
        }
    }

    /// - Returns: the fence of the lease still held, if any.
    private func relayUntilCancelled() async -> Int64? {
        var state = RelayState()
        var pace = Pace(interval: .milliseconds(40))
        var mark = outbox.outboxChanges.mark
        while !Task.isCancelled {
            let step = state.next(at: clock.now)
            if case .claim = step {
                if !state.isFullBatch { await pace.next() }
                mark = outbox.outboxChanges.mark
            }
            do {
                state.take(try await carryOut(step, mark: mark), at: clock.now)
            } catch is CancellationError {
                break
            } catch {
                state.take(.failed(.wrapping(error)), at: clock.now)
            }
            for note in state.takeNotes() { tell(note) }
        }
        return state.heldFence
    }

    private func carryOut(_ step: RelayStep, mark: UInt64) async throws -> RelayAnswer {
        switch step {
        case .declareGroups:
            for group in ConsumerConfiguration.mailing { try await bus.declare(group) }
            return .done
        case .locate: return .located(try await bus.position())
        case .firstSequence: return .firstSequence(try await bus.status().firstSequence)
        case .eventID(let sequence): return .eventID(try await bus.eventID(at: sequence))
        case .listIDs(let sequence): return .listed(try await bus.eventIDs(after: sequence, limit: RelayState.listLimit))
        case .publish(let events): return .published(try await publish(events))
        case .claim(let position):
            return .claimed(
                try await outbox.claimOutbox(limit: RelayState.batchLimit, owner: owner, lease: RelayState.lease, at: position))
        case .mark(let records, let identity, let fence):
            return .written(try await outbox.markPublished(records, on: identity, fence: fence))
        case .setAside(let position, let reason, let fence):
            return .written(try await outbox.setAside(position: position, reason: reason, fence: fence))
        case .lastPublished: return .lastPublished(try await outbox.lastPublished())
        case .reopen(let position): return .reopened(try await outbox.reopenOutbox(from: position))
        case .reopenOthers(let identity): return .reopened(try await outbox.reopenOutbox(exceptOn: identity))
        case .dropPublished:
            try await outbox.dropPublished()
            return .done
        case .awaitRecords(let timeout):
            await outbox.outboxChanges.wait(after: mark, upTo: timeout)
            return .done
        case .rest(let duration):
            await clock.sleep(for: duration)
            return .done
        }
    }

    /// Publishes events. A bus that accepts only part of a batch counts as failing too.
    private func publish(_ events: [OutgoingEvent]) async throws -> [Result<PublishReceipt, ShippyError>] {
        let results = try await lastPublish.observe { try await bus.publish(events) }
        for case .failure(let error) in results { lastPublish.noteFailure(error) }
        return results
    }

    private func tell(_ note: RelayNote) {
        switch note {
        case .published(let event, let receipt):
            if receipt.isDuplicate { duplicates.increment() } else { published.increment() }
            logger.debug("event published", metadata: metadata(event, [LogKey.sequence: "\(receipt.sequence)"]))
        case .foundOnBus(let count):
            duplicates.increment(by: Int64(count))
            logger.info("events were already on the bus", metadata: [LogKey.count: "\(count)"])
        case .setAside(let event, let reason):
            setAside.increment()
            logger.error("event set aside: the bus cannot accept it", metadata: metadata(event, [LogKey.error: "\(reason)"]))
        case .leaseLost(let count):
            logger.info("another relay has taken over the outbox", metadata: [LogKey.count: "\(count)"])
        case .failing(let error):
            logger.warning("relay cannot publish events, retrying", metadata: [LogKey.error: "\(error)"])
        case .back:
            logger.notice("relay works again")
        case .lost(let missing, let reopened):
            logger.warning(
                "the bus has lost events, publishing them again",
                metadata: [LogKey.count: "\(missing)", LogKey.reopened: "\(reopened)"])
        case .searched(let reopened):
            logger.notice("the bus was searched for lost events, none is missing", metadata: [LogKey.reopened: "\(reopened)"])
        }
    }

    private func metadata(_ event: OutgoingEvent, _ more: Logger.Metadata) -> Logger.Metadata {
        let own: Logger.Metadata = [
            LogKey.requestID: "\(event.headers[HeaderName.requestID] ?? "")", LogKey.eventID: "\(event.id)",
        ]
        return own.merging(more) { _, new in new }
    }
}
