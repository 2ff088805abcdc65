package import Logging
import Metrics
import ServiceLifecycle
package import ShippyCore

/// Takes the events of a group from the bus in batches and queues one mail per event ID. ``ConsumerState`` decides the steps.
package final class MailConsumer: Service {
    private let mailing: Mailing
    private let queue: any MailQueue
    private let bus: any EventBus
    private let clock: SteadyClock
    private let lastWrite: LastWrite
    private let logger: Logger
    private let buried = Counter(.eventsBuried)

    package init(
        _ mailing: Mailing, queue: any MailQueue, bus: any EventBus, clock: SteadyClock = .system, lastWrite: LastWrite = LastWrite(),
        logger: Logger
    ) {
        self.mailing = mailing
        self.queue = queue
        self.bus = bus
        self.clock = clock
        self.lastWrite = lastWrite
        var logger = logger
        logger[metadataKey: LogKey.consumer] = "\(mailing.group.name)"
        self.logger = logger
        // Makes the metric appear from the start.
        buried.increment(by: 0)
    }

    /// Runs until graceful shutdown. A batch that is held is settled first.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await consumeUntilCancelled()
        }
    }

    private func consumeUntilCancelled() async {
        var state = ConsumerState(mailing)
        var pace = Pace(interval: .milliseconds(40))
        var consumer: (any EventConsumer)?
        while !Task.isCancelled || state.holdsBatch {
            let step = state.next(at: clock.now)
            if case .fetch = step, !state.isFullBatch { await pace.next() }
            do {
                let answer: ConsumerAnswer
                if case .join = step {
                    consumer = try await bus.consumer(mailing.group)
                    answer = .done
                } else if state.holdsBatch {
                    // A shutdown must not interrupt a batch between queueing its mails and acknowledging it.
                    answer = try await Task { [consumer] in try await carryOut(step, consumer) }.value
                } else {
                    answer = try await carryOut(step, consumer)
                }
                state.take(answer, at: clock.now)
            } catch is CancellationError {
                break
            } catch {
                state.take(.failed(.wrapping(error)), at: clock.now)
            }
            for note in state.takeNotes() { tell(note) }
        }
        await consumer?.close()
    }

    private func carryOut(_ step: ConsumerStep, _ consumer: (any EventConsumer)?) async throws -> ConsumerAnswer {
        switch step {
        case .join: break
        case .fetch:
            if let consumer { return .fetched(try await consumer.fetch(limit: ConsumerState.batchLimit, wait: .seconds(5))) }
        case .enqueue(let mails): return .enqueued(try await lastWrite.observe { try await queue.enqueue(mails) })
        case .probeStore: _ = try await queue.nextMailDue()
        case .settle(let batch, let failures):
            return .settled(buried: try await consumer?.settle(batch, failures: failures) ?? [])
        case .release(let batch): try await consumer?.release(batch)
        case .rest(let duration): await clock.sleep(for: duration)
        }
        return .done
    }

    private func tell(_ note: ConsumerNote) {
        switch note {
        case .refused(let event, let attempt, let reason):
            logger.warning(
                "cannot process event",
                metadata: [
                    LogKey.eventID: "\(event.id)", LogKey.sequence: "\(event.sequence)", LogKey.attempt: "\(attempt)", LogKey.error: "\(reason)",
                ])
        case .buried(let event):
            buried.increment()
            logger.error(
                "gave up on event, moved to the dead letters",
                metadata: [LogKey.eventID: "\(event.id)", LogKey.sequence: "\(event.sequence)", LogKey.reason: "\(event.reason)"])
        case .queued(let mail):
            logger.debug(
                "mail queued",
                metadata: [LogKey.requestID: "\(mail.requestID)", LogKey.eventID: "\(mail.eventID ?? "")", LogKey.mailID: "\(mail.id)"])
        case .busFailing(let error):
            logger.warning("consumer stalled, retrying", metadata: [LogKey.error: "\(error)"])
        case .storeFailing(let error):
            logger.warning("cannot queue mails, events wait on the bus", metadata: [LogKey.error: "\(error)"])
        case .cannotRelease(let error):
            logger.warning("cannot release events, another consumer gets them when the lease ends", metadata: [LogKey.error: "\(error)"])
        case .back:
            logger.notice("consumer works again")
        }
    }
}
