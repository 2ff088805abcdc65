package import Logging
import ServiceLifecycle
package import ShippyCore
import ShippyEvents

/// Takes `user.created` from the bus in batches and puts one welcome mail for each event id into the queue.
///
/// A batch is acknowledged after its mails are in the queue. What is delivered twice finds its mail there.
package final class WelcomeConsumer: Service {
    /// The consumer group that all notificators share.
    package static let group = "notificator"
    private static let batchLimit = 512

    private let queue: any MailQueue
    private let bus: any EventBus
    private let configuration: ConsumerConfiguration
    private let logger: Logger

    package init(queue: any MailQueue, bus: any EventBus, logger: Logger) {
        self.queue = queue
        self.bus = bus
        self.logger = logger
        configuration = ConsumerConfiguration(name: Self.group, filter: SubjectFilter(.userCreated))
    }

    /// Works until graceful shutdown; a batch in hand is settled first.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await consumeUntilCancelled()
        }
    }

    private func consumeUntilCancelled() async {
        let backoff = Backoff(base: .milliseconds(100), cap: .seconds(1))
        var pace = Pace(interval: .milliseconds(40))
        var failures = 0
        var consumer: (any EventConsumer)?
        while !Task.isCancelled {
            do {
                if consumer == nil { consumer = try await bus.consumer(configuration) }
                await pace.next()
                let batch = try await consumer!.fetch(limit: Self.batchLimit, wait: .seconds(5))
                if !batch.events.isEmpty {
                    // Not to be cut short between queue and acknowledgement by a shutdown.
                    try await Task { [consumer] in try await handle(batch, consumer!) }.value
                }
                if failures > 0 { logger.notice("consumer is back") }
                failures = 0
            } catch is CancellationError {
                break
            } catch {
                failures += 1
                if failures == 1 { logger.warning("consumer cannot go on, trying again", metadata: [LogKey.error: "\(error)"]) }
                try? await Task.sleep(for: backoff.delay(attempt: failures))
            }
        }
        await consumer?.close()
    }

    /// Takes what is there now, at most one batch.
    /// - Returns: how many events were taken.
    package func consumeBatch() async throws -> Int {
        let consumer = try await bus.consumer(configuration)
        let batch = try await consumer.fetch(limit: Self.batchLimit, wait: .zero)
        if !batch.events.isEmpty { try await handle(batch, consumer) }
        await consumer.close()
        return batch.events.count
    }

    private func handle(_ batch: DeliveryBatch, _ consumer: any EventConsumer) async throws {
        var mails: [Mail] = []
        var failures: [Int64: String] = [:]
        mails.reserveCapacity(batch.events.count)
        for event in batch.events {
            do {
                if let mail = try welcome(event) { mails.append(mail) }
            } catch {
                failures[event.sequence] = "\(error)"
                logger.warning(
                    "event refused",
                    metadata: [
                        LogKey.eventID: "\(event.id)", LogKey.sequence: "\(event.sequence)", LogKey.attempt: "\(batch.attempt)",
                        LogKey.error: "\(error)",
                    ])
            }
        }
        let outcomes = mails.isEmpty ? [] : try await queue.enqueue(mails)
        try await consumer.settle(batch, failures: failures)
        for (mail, outcome) in zip(mails, outcomes) where outcome.isNew {
            logger.debug(
                "mail queued",
                metadata: [
                    LogKey.requestID: "\(mail.requestID)", LogKey.eventID: "\(mail.eventID ?? "")", LogKey.mailID: "\(mail.id)",
                ])
        }
    }

    /// The mail for an event; nil for one that asks for none.
    /// - Throws: ``ShippyError`` when the event holds no user, or an address that no mail may go to.
    private func welcome(_ event: Event) throws -> Mail? {
        guard case .user(let user, _) = DecodedPayload(event) else {
            throw ShippyError(.malformed, "the payload is no user in any known shape")
        }
        if event.headers[HeaderName.welcome] == "no" { return nil }
        let address = try EmailAddress(user.email)
        let now = Timestamp.now
        return Mail(
            id: UUIDv7.next(at: now), to: address.description, template: .welcome, nextAttemptAt: now,
            eventID: Self.deduplicationKey(event, user), requestID: RequestID.accept(event.headers[HeaderName.requestID]),
            createdAt: now, name: user.name, company: user.company)
    }

    /// The event id. An event from elsewhere without one goes by its `id` header or its user's id.
    private static func deduplicationKey(_ event: Event, _ user: EventUser) -> String {
        if let id = event.headers[HeaderName.messageID] ?? event.headers[HeaderName.eventID] { return id }
        if let id = event.headers[HeaderName.id] { return id }
        return user.id.isEmpty ? event.id : user.id
    }
}
