import ShippyCore
import ShippyNotificator
import ShippyUsers

/// A process with a relay, a consumer and a sender, which can stand still, die and come back. The states are the product's own;
/// their input and output go to the models.
final class SimulatedProcess {
    static let connections = 2

    let number: Int
    private unowned let world: Simulation
    private var life = 0
    private var isAlive = false
    private var stillUntil = 0
    /// Its wall clock, against the virtual time.
    var wallClockOffset = 0

    private var relay = RelayState()
    private var consumer = ConsumerState(.welcome())
    private var held = HeldMails(capacity: 8, concurrency: 2)

    init(number: Int, world: Simulation) {
        self.number = number
        self.world = world
    }

    private var timeline: Timeline { world.timeline }
    private var instant: SteadyClock.Instant { world.instant }
    private var owner: String { "process-\(number)-\(life)" }
    private var wallClock: Timestamp { Timestamp(milliseconds: 1_800_000_000_000 + Int64(timeline.now + wallClockOffset)) }

    var isIdle: Bool { isAlive && held.isIdle }

    // MARK: Life

    func start() {
        life += 1
        isAlive = true
        relay = RelayState(random: SeededGenerator(seed: world.random.next()))
        consumer = ConsumerState(.welcome(), random: SeededGenerator(seed: world.random.next())) { [unowned self] in wallClock }
        held = HeldMails(capacity: 8, concurrency: Self.connections, random: SeededGenerator(seed: world.random.next()))
        runRelay()
        runConsumer()
        claimMails()
        renewLeases()
    }

    func die() {
        isAlive = false
        life += 1
    }

    func standStill(for wait: Int) {
        stillUntil = max(stillUntil, timeline.now + wait)
    }

    /// Does something in this process after a while: not while it stands still, and not when it has died.
    private func later(_ wait: Int, _ action: @escaping () -> Void) {
        let life = life
        timeline.after(wait) { [unowned self] in resume(life, action) }
    }

    private func resume(_ life: Int, _ action: @escaping () -> Void) {
        guard self.life == life else { return }
        if stillUntil > timeline.now {
            timeline.at(stillUntil) { [unowned self] in resume(life, action) }
        } else {
            action()
        }
    }

    /// Asks an engine. The question leaves a little later, and may not arrive, or take effect without an answer, or be answered
    /// much later.
    private func ask<Value>(
        _ engine: Simulation.EngineName, effect: @escaping () -> Value, answer: @escaping (Result<Value, ShippyError>) -> Void
    ) {
        later(world.random.wait(0...2)) { [unowned self] in
            let life = life
            let timeline = timeline
            func hear(_ result: Result<Value, ShippyError>, after wait: Int) {
                timeline.after(wait) { [unowned self] in resume(life) { answer(result) } }
            }
            let error = ShippyError(.unavailable, "away")
            switch world.fate(of: engine) {
            case .normal: timeline.after(1) { hear(.success(effect()), after: 1) }
            case .away(let wait), .lostBefore(let wait): hear(.failure(error), after: wait)
            case .lostAfter(let wait):
                timeline.after(1) { _ = effect() }
                hear(.failure(error), after: wait)
            case .lateEffect(let wait, let answered):
                timeline.after(wait) { _ = effect() }
                hear(.failure(error), after: answered)
            case .lateAnswer(let wait): timeline.after(1) { hear(.success(effect()), after: wait) }
            }
        }
    }

    // MARK: Relay

    private func runRelay() {
        let step = relay.next(at: instant)
        func take<Value>(_ result: Result<Value, ShippyError>, _ answer: (Value) -> RelayAnswer) {
            let answer: RelayAnswer =
                switch result {
                case .success(let value): answer(value)
                case .failure(let error): .failed(error)
                }
            relay.take(answer, at: instant)
            for note in relay.takeNotes() { world.heard(note) }
            runRelay()
        }
        let (outbox, bus, timeline) = (world.outbox, world.bus, world.timeline)
        switch step {
        case .declareGroups: ask(.bus, effect: {}) { take($0) { .done } }
        case .locate:
            ask(
                .bus,
                effect: { [flaw = world.flaw] in
                    var position = bus.position()
                    if flaw == .lossJudgedByLength { position.identity = "the bus" }
                    return position
                }
            ) { take($0) { .located($0) } }
        case .firstSequence: ask(.bus, effect: { Int64(1) }) { take($0) { .firstSequence($0) } }
        case .eventID(let sequence):
            let expected = world.flaw == .lossJudgedByLength ? outbox.lastPublished()?.id : nil
            ask(.bus, effect: { expected ?? bus.eventID(at: sequence) }) { take($0) { .eventID($0) } }
        case .listIDs(let sequence):
            let nothing = world.flaw == .nothingLookedUp ? EventIDs(sequences: [:], through: sequence, isEnd: true) : nil
            ask(.bus, effect: { nothing ?? bus.eventIDs(after: sequence) }) { take($0) { .listed($0) } }
        case .publish(let events): ask(.bus, effect: { bus.publish(events, now: timeline.now) }) { take($0) { .published($0) } }
        case .claim(let position):
            ask(
                .store,
                effect: { [owner] in
                    outbox.claim(
                        limit: 1024, owner: owner, leaseMilliseconds: Int(RelayState.lease.milliseconds), at: position, now: timeline.now)
                }
            ) { take($0) { .claimed($0) } }
        case .mark(let records, let identity, let fence):
            ask(.store, effect: { outbox.mark(records, on: identity, fence: fence) }) { take($0) { .written($0) } }
        case .setAside: preconditionFailure("no event here is too large")
        case .lastPublished: ask(.store, effect: { outbox.lastPublished() }) { take($0) { .lastPublished($0) } }
        case .reopen(let position):
            ask(
                .store,
                effect: { [unowned world] in
                    let count = outbox.reopen(from: position)
                    world.reopened(count)
                    return count
                }
            ) { take($0) { .reopened($0) } }
        case .reopenOthers(let identity):
            ask(
                .store,
                effect: { [unowned world] in
                    let count = outbox.reopen(exceptOn: identity)
                    world.reopened(count)
                    return count
                }
            ) { take($0) { .reopened($0) } }
        case .dropPublished: ask(.store, effect: {}) { take($0) { .done } }
        case .awaitRecords(let longest):
            let wait = Int(longest.milliseconds)
            later(world.random.chance(0.15) ? world.random.wait(20...max(21, wait)) : wait) { take(.success(())) { .done } }
        case .rest(let duration): later(Int(duration.milliseconds)) { take(.success(())) { .done } }
        }
    }

    // MARK: Consumer

    private func runConsumer() {
        let step = consumer.next(at: instant)
        func take<Value>(_ result: Result<Value, ShippyError>, _ answer: (Value) -> ConsumerAnswer) {
            let answer: ConsumerAnswer =
                switch result {
                case .success(let value): answer(value)
                case .failure(let error): .failed(error)
                }
            consumer.take(answer, at: instant)
            _ = consumer.takeNotes()
            runConsumer()
        }
        let (mails, bus, timeline) = (world.mails, world.bus, world.timeline)
        switch step {
        case .join: ask(.bus, effect: {}) { take($0) { .done } }
        case .fetch:
            // It waits for up to five seconds, when nothing is there.
            later(bus.isConsumed && world.random.chance(0.7) ? 5000 : world.random.wait(40...1000)) { [unowned self] in
                ask(.bus, effect: { bus.fetch(limit: 512, leaseMilliseconds: 30_000, now: timeline.now) }) { take($0) { .fetched($0) } }
            }
        case .enqueue(let batch):
            let wallClock = wallClock
            ask(.store, effect: { mails.enqueue(batch, wallClock: wallClock, now: timeline.now) }) { take($0) { .enqueued($0) } }
        case .probeStore: ask(.store, effect: {}) { take($0) { .done } }
        case .settle(let batch, let failures):
            ask(.bus, effect: { bus.settle(batch, failures: failures, now: timeline.now) }) { take($0) { .settled(buried: $0) } }
        case .release(let batch): ask(.bus, effect: { bus.release(batch, now: timeline.now) }) { take($0) { .done } }
        case .rest(let duration): later(Int(duration.milliseconds)) { take(.success(())) { .done } }
        }
    }

    // MARK: Sender

    private func claimMails() {
        let room = held.room
        guard room > 0 else { return later(world.random.wait(200...1000)) { [unowned self] in claimMails() } }
        let askedAt = instant
        let (mails, timeline) = (world.mails, world.timeline)
        ask(.store, effect: { mails.claim(limit: room, leaseMilliseconds: Int(HeldMails.lease.milliseconds), now: timeline.now) }) {
            [unowned self] result in
            if case .success(let claimed) = result { held.add(claimed, askedAt: askedAt) }
            // Among them may be some whose outcome is known.
            recordOutcomes()
            tryMails()
            later(world.random.wait(200...3000)) { [unowned self] in claimMails() }
        }
    }

    /// In a simulation without the check, every lease seems to have been asked for just now.
    private var instantForLeases: SteadyClock.Instant { world.flaw == .leaseNotChecked ? world.start : instant }

    private func tryMails() {
        while let mail = held.startNext(at: instantForLeases) {
            let duration = world.random.chance(0.1) ? world.random.wait(3000...25_000) : world.random.wait(20...1500)
            later(duration) { [unowned self] in finishAttempt(mail) }
        }
    }

    private func finishAttempt(_ mail: Mail) {
        if world.random.chance(world.isQuiet ? 0 : 0.1) {
            return finish(mail.id, .retry(after: .milliseconds(world.random.wait(500...4000)), reply: "451"))
        }
        guard held.holds(mail.id, at: instantForLeases) else { return finish(mail.id, nil) }
        // The dot has left: from here on, nothing calls the mail back.
        _ = world.smtp.accept(mail.id, from: number, at: timeline.now)
        later(world.random.wait(1...200)) { [unowned self] in finish(mail.id, .sent(reply: "250")) }
    }

    private func finish(_ mailID: String, _ outcome: MailOutcome?) {
        let facts = AttemptFacts(server: "", startedAt: .now, endedAt: .now)
        release(held.finish(mailID, outcome, facts, timedOut: false))
        recordOutcomes()
        tryMails()
    }

    private func release(_ leases: [MailLease]) {
        guard !leases.isEmpty else { return }
        let (mails, timeline) = (world.mails, world.timeline)
        ask(.store, effect: { mails.release(leases, now: timeline.now) }) { _ in }
    }

    private func recordOutcomes() {
        let items = held.takeFinished(at: instant)
        guard !items.isEmpty else {
            if let rest = held.timeToRecording(at: instant) { later(Int(rest.milliseconds) + 1) { [unowned self] in recordOutcomes() } }
            return
        }
        let (mails, smtp, timeline, number) = (world.mails, world.smtp, world.timeline, number)
        ask(
            .store,
            effect: {
                let (refused, sent) = mails.settle(items.map { ($0.lease, $0.outcome) }, now: timeline.now)
                for id in sent { smtp.recorded(id, by: number, at: timeline.now) }
                return refused
            }
        ) { [unowned self] result in
            switch result {
            case .success(let refused): _ = held.recorded(items, refused: refused, at: instant)
            case .failure where world.flaw == .outcomesForgotten: _ = held.recorded(items, refused: [], at: instant)
            case .failure where world.flaw == .startsWhileStalled:
                _ = held.recorded(items, refused: [], at: instant)
                keepTrying(items)
            case .failure: held.recordingFailed(at: instant)
            }
            tryMails()
            recordOutcomes()
        }
    }

    /// Records outcomes beside everything else, as in a sender that does not wait for it.
    private func keepTrying(_ items: [HeldMails.Finished]) {
        let (mails, timeline) = (world.mails, world.timeline)
        later(1000) { [unowned self] in
            ask(.store, effect: { _ = mails.settle(items.map { ($0.lease, $0.outcome) }, now: timeline.now) }) { [unowned self] result in
                if case .failure = result { keepTrying(items) }
            }
        }
    }

    private func renewLeases() {
        if world.flaw != .leaseNotChecked { release(held.takeLapsed(at: instant)) }
        let leases = held.leasesToRenew(at: instant)
        later(1500) { [unowned self] in renewLeases() }
        guard !leases.isEmpty else { return }
        let askedAt = instant
        let (mails, timeline) = (world.mails, world.timeline)
        ask(.store, effect: { mails.extend(leases, by: Int(HeldMails.lease.milliseconds), now: timeline.now) }) { [unowned self] result in
            switch result {
            case .success(let kept): held.renewed(leases, held: kept, askedAt: askedAt)
            case .failure: held.renewalFailed(at: instant)
            }
            tryMails()
        }
    }
}
