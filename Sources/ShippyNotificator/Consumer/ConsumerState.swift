package import ShippyCore

/// The next step of a consumer: one call or one wait.
package enum ConsumerStep: Sendable {
    /// Join the group.
    case join
    case fetch
    case enqueue([Mail])
    /// Check that the store works again before fetching more events.
    case probeStore
    case settle(DeliveryBatch, failures: [Int64: String])
    case release(DeliveryBatch)
    case rest(Duration)
}

/// The result of a step.
package enum ConsumerAnswer: Sendable {
    case done
    case failed(ShippyError)
    case fetched(DeliveryBatch)
    case enqueued([(id: String, isNew: Bool)])
    case settled(buried: [BuriedEvent])
}

/// A log message of the consumer.
package enum ConsumerNote: Sendable {
    case refused(Event, attempt: Int, reason: String)
    case buried(BuriedEvent)
    case queued(Mail)
    case busFailing(ShippyError)
    case storeFailing(ShippyError)
    case cannotRelease(ShippyError)
    case back
}

/// The state machine of a consumer, without I/O.
///
/// A batch is acknowledged after its mails are in the queue. When an event is delivered again, its mail is found there. While the
/// queue cannot be written, the batch is released and no other is fetched: an event fails only because of its own content.
package struct ConsumerState {
    package typealias Instant = SteadyClock.Instant

    /// The most events fetched at once.
    package static let batchLimit = 512

    private enum Phase {
        case joining
        case fetching
        case enqueueing
        /// Queues mails one at a time, because the queue refused one of them.
        case enqueueingSingly
        case settling
        case releasing
        case probing
        case resting(until: Instant)
    }

    private var phase = Phase.joining
    private var isJoined = false
    private var isStoreAway = false
    /// Whether the last batch was full, so that more events are probably waiting.
    private(set) var isFullBatch = false
    private var batch = DeliveryBatch.empty
    private var mails: [(sequence: Int64, mail: Mail)] = []
    private var failures: [Int64: String] = [:]
    private var outage = Outage(base: .milliseconds(100), cap: .seconds(2))
    private let mailing: Mailing
    private var random: any RandomNumberGenerator & Sendable
    /// For timestamps that users see.
    private let wallClock: () -> Timestamp
    private var notes: [ConsumerNote] = []

    package init(
        _ mailing: Mailing,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(), wallClock: @escaping () -> Timestamp = { .now }
    ) {
        self.mailing = mailing
        self.random = random
        self.wallClock = wallClock
    }

    /// Whether a batch is held. It must be settled or released before the consumer ends.
    package var holdsBatch: Bool { !batch.events.isEmpty }

    package mutating func takeNotes() -> [ConsumerNote] {
        defer { notes = [] }
        return notes
    }

    package func next(at now: Instant) -> ConsumerStep {
        switch phase {
        case .joining: .join
        case .fetching: .fetch
        case .enqueueing: .enqueue(mails.map(\.mail))
        case .enqueueingSingly: .enqueue([mails[0].mail])
        case .settling: .settle(batch, failures: failures)
        case .releasing: .release(batch)
        case .probing: .probeStore
        case .resting(let end): .rest(max(.zero, now.duration(to: end)))
        }
    }

    package mutating func take(_ answer: ConsumerAnswer, at now: Instant) {
        switch (phase, answer) {
        case (.joining, .done):
            isJoined = true
            phase = .fetching
        case (.fetching, .fetched(let batch)): fetched(batch)
        case (.enqueueing, .enqueued(let outcomes)), (.enqueueingSingly, .enqueued(let outcomes)): enqueued(outcomes)
        case (.enqueueing, .failed(let error)), (.enqueueingSingly, .failed(let error)): refused(error)
        case (.settling, .settled(let buried)):
            notes += buried.map(ConsumerNote.buried)
            forgetBatch()
            succeed()
            phase = .fetching
        case (.releasing, .done):
            forgetBatch()
            rest(at: now)
        case (.releasing, .failed(let error)):
            // The lease expires anyway.
            notes.append(.cannotRelease(error))
            forgetBatch()
            rest(at: now)
        case (.probing, .done):
            isStoreAway = false
            phase = isJoined ? .fetching : .joining
        case (.probing, .failed): rest(at: now)
        case (.resting, _): phase = isStoreAway ? .probing : isJoined ? .fetching : .joining
        case (.joining, .failed(let error)), (.fetching, .failed(let error)), (.settling, .failed(let error)):
            if outage.failures == 0 { notes.append(.busFailing(error)) }
            forgetBatch()
            rest(at: now)
        default: preconditionFailure("\(answer) answers another step")
        }
    }

    private mutating func rest(at now: Instant) {
        outage.fail()
        phase = .resting(until: now + outage.pause(using: &random))
    }

    private mutating func succeed() {
        if outage.end() { notes.append(.back) }
    }

    private mutating func forgetBatch() {
        batch = .empty
        mails = []
        failures = [:]
    }

    private mutating func fetched(_ batch: DeliveryBatch) {
        notes += batch.buried.map(ConsumerNote.buried)
        isFullBatch = batch.events.count >= Self.batchLimit
        guard !batch.events.isEmpty else { return succeed() }
        self.batch = batch
        for event in batch.events {
            do {
                if let mail = try mailing.mail(event, wallClock()) { mails.append((event.sequence, mail)) }
            } catch {
                fail(event, ShippyError.reason(of: error))
            }
        }
        phase = mails.isEmpty ? .settling : .enqueueing
    }

    private mutating func fail(_ event: Event, _ reason: String) {
        failures[event.sequence] = reason
        notes.append(.refused(event, attempt: batch.attempt, reason: reason))
    }

    private mutating func enqueued(_ outcomes: [(id: String, isNew: Bool)]) {
        for (item, outcome) in zip(mails, outcomes) where outcome.isNew { notes.append(.queued(item.mail)) }
        mails.removeFirst(outcomes.count)
        if mails.isEmpty { phase = .settling }
    }

    /// A mail counts against its event only if it is refused for its content.
    private mutating func refused(_ error: ShippyError) {
        switch error.code {
        case .invalid, .malformed, .tooLarge:
            guard mails.count == 1 || isEnqueueingSingly else { return phase = .enqueueingSingly }
            let sequence = mails.removeFirst().sequence
            if let event = batch.events.first(where: { $0.sequence == sequence }) { fail(event, error.message) }
            if mails.isEmpty { phase = .settling }
        default:
            if outage.failures == 0 { notes.append(.storeFailing(error)) }
            isStoreAway = true
            phase = .releasing
        }
    }

    private var isEnqueueingSingly: Bool { if case .enqueueingSingly = phase { true } else { false } }
}
