import ShippyCore
import ShippyUsers

/// One run: users are committed while everything that can go wrong does, then all is quiet for a while, and every promise must
/// have been kept.
final class Simulation {
    enum EngineName { case store, bus }

    /// What happens to a question to an engine. Times are those until the answer.
    enum Fate {
        case normal
        case away(Int)
        case lostBefore(Int)
        case lostAfter(Int)
        case lateEffect(Int, answered: Int)
        case lateAnswer(Int)
    }

    private static let faultsEnd = 215_000
    private static let limit = 520_000

    let flaw: Flaw?
    let timeline = Timeline()
    let outbox: ModelOutbox
    let mails: ModelMailQueue
    let bus = ModelBus()
    let smtp = ModelSMTP()
    let start = ContinuousClock.now
    var random: SeededGenerator
    private var processes: [SimulatedProcess] = []
    private var eventIDs: [String] = []
    private var awayUntil: [EngineName: Int] = [:]
    /// When a sender may have been unable to record: it stood still, had died, or the store was away.
    private var excuses: [(process: Int, from: Int, to: Int)] = []
    private(set) var violations: [String] = []

    init(seed: UInt64, flaw: Flaw? = nil) {
        self.flaw = flaw
        outbox = ModelOutbox(flaw: flaw)
        mails = ModelMailQueue(flaw: flaw)
        random = SeededGenerator(seed: seed)
    }

    var instant: SteadyClock.Instant { start + .milliseconds(timeline.now) }
    var isQuiet: Bool { timeline.now >= Self.faultsEnd }

    func run() {
        processes = (0..<(random.chance(0.25) ? 3 : 2)).map { SimulatedProcess(number: $0, world: self) }
        for process in processes { timeline.at(random.wait(0...3000)) { process.start() } }
        planCommits()
        planFaults()
        timeline.run(until: Self.faultsEnd)
        var calm = 0
        while calm < 16, timeline.now < Self.limit {
            timeline.run(until: timeline.now + 500)
            calm = isSettled ? calm + 1 : 0
        }
        settleAccounts()
    }

    // MARK: What happens

    private func planCommits() {
        for number in 0..<random.wait(8...30) {
            // Many come together, as in an import.
            let time = random.chance(0.5) ? random.wait(0...18) * 10_000 : random.wait(0...180_000)
            timeline.at(time) { [self] in
                let id = "event-\(number)"
                eventIDs.append(id)
                outbox.add(event(id, #"{"id":"user-\#(number)","name":"","company":"","email":"user\#(number)@d\#(number % 3).example"}"#))
            }
        }
    }

    private func event(_ id: String, _ text: String) -> OutgoingEvent {
        OutgoingEvent(
            id: id, subject: .userCreated, time: Timestamp(milliseconds: 0), headers: EventHeaders([(HeaderName.natsMessageID, id)]),
            payload: [UInt8](text.utf8))
    }

    private func planFaults() {
        for process in processes {
            for _ in 0..<random.wait(0...2) {
                let (time, length) = (random.wait(0...150_000), random.chance(0.5) ? random.wait(3000...12_000) : random.wait(21_000...90_000))
                timeline.at(time) { [self] in
                    process.standStill(for: length)
                    excuse(process.number, from: time, to: time + length)
                }
            }
            if random.chance(0.4) { plan(death: process, at: random.wait(1000...200_000), away: random.wait(500...30_000)) }
            for _ in 0..<random.wait(0...2) {
                let offset = random.wait(0...1_200_000) - 600_000
                timeline.at(random.wait(0...200_000)) { process.wallClockOffset = offset }
            }
        }
        if random.chance(0.4) {
            // All at once, for longer than the bus looks back.
            let time = random.wait(10_000...60_000)
            let length = random.wait(122_000...140_000)
            for process in processes { plan(death: process, at: time + random.wait(0...20), away: length) }
        }
        for engine in [EngineName.store, .bus] where random.chance(0.5) {
            let (time, length) = (random.wait(0...180_000), random.chance(0.5) ? random.wait(2000...8000) : random.wait(25_000...45_000))
            timeline.at(time) { [self] in
                awayUntil[engine] = time + length
                guard engine == .store else { return }
                for process in processes { excuse(process.number, from: time, to: time + length) }
            }
        }
        if random.chance(0.5) { planLag(at: random.wait(0...200_000)) }
        if random.chance(0.3) { planLoss(at: random.wait(5000...200_000)) }
    }

    private func plan(death process: SimulatedProcess, at time: Int, away: Int) {
        timeline.at(time) { [self] in
            process.die()
            excuse(process.number, from: time, to: time + away)
        }
        timeline.at(time + away) { process.start() }
    }

    private func planLag(at time: Int) {
        timeline.at(time) { [self] in bus.visibleLength = max(0, Int(bus.lastSequence) - random.wait(0...10)) }
        timeline.at(time + random.wait(200...4000)) { [self] in bus.visibleLength = nil }
    }

    private func planLoss(at time: Int) {
        timeline.at(time) { [self] in
            if random.chance(0.3) { bus.beginAnew(as: "bus-2") } else { bus.loseEnd(random.wait(1...20)) }
            // Strangers fill it again, at once or little by little.
            for number in 0..<random.wait(0...25) {
                let wait = random.chance(0.5) ? 0 : random.wait(0...4000)
                timeline.after(wait) { [self] in _ = bus.publish([event("stranger-\(number)", "{}")], now: timeline.now) }
            }
        }
    }

    private func excuse(_ process: Int, from: Int, to: Int) {
        excuses.append((process, from, to))
    }

    func fate(of engine: EngineName) -> Fate {
        if awayUntil[engine, default: 0] > timeline.now { return .away(random.wait(1...2000)) }
        if isQuiet || random.chance(0.94) { return .normal }
        switch random.wait(0...3) {
        case 0: return .lostBefore(random.wait(1...3000))
        case 1: return .lostAfter(random.wait(1...3000))
        case 2:
            let answered = random.wait(100...5000)
            return .lateEffect(answered + random.wait(0...6000), answered: answered)
        default: return .lateAnswer(random.wait(100...9000))
        }
    }

    func reopened(_ count: Int) {
        if count > 0, !bus.hasLost { violate("\(count) events reopened, and the bus has lost none") }
    }

    func heard(_ note: RelayNote) {
        if case .lost(let missing, _) = note, !bus.hasLost { violate("the relay tells of \(missing) lost events, and there is none") }
    }

    private func violate(_ what: String) {
        if violations.count < 10 { violations.append("at \(Double(timeline.now) / 1000) s: \(what)") }
    }

    // MARK: Whether all promises were kept

    private var isSettled: Bool {
        outbox.pendingCount == 0 && bus.isConsumed && mails.isDone && processes.allSatisfy(\.isIdle)
            && eventIDs.allSatisfy { bus.count(ofEvent: $0) > 0 && mails.mailID(ofEvent: $0) != nil }
    }

    private func settleAccounts() {
        if outbox.pendingCount > 0 { violate("\(outbox.pendingCount) events are still pending") }
        if !mails.isDone { violate("not all mails are sent") }
        for id in eventIDs {
            let count = bus.count(ofEvent: id)
            if count != 1 { violate("\(id) is on the bus \(count) times") }
            let mailCount = mails.mailCount(ofEvent: id)
            if mailCount != 1 { violate("\(id) has \(mailCount) mails") }
            guard let mail = mails.mailID(ofEvent: id) else { continue }
            let copies = smtp.acceptances.filter { $0.mailID == mail }
            if copies.isEmpty { violate("the mail of \(id) was never sent") }
            for copy in copies.dropLast() where !isExcused(copy) {
                violate("the mail of \(id), sent by process \(copy.process) at \(copy.time), was sent again")
            }
        }
        checkNumberOfCopies()
    }

    /// A second copy is for one that was in hands when its sender stood still or died, or when outcomes could not be recorded.
    private func isExcused(_ copy: ModelSMTP.Acceptance) -> Bool {
        excuses.contains { $0.process == copy.process && $0.from <= copy.recordedAt ?? .max && copy.time <= $0.to && copy.time >= $0.from - 60_000 }
    }

    /// Of one such time, at most as many as it has connections.
    private func checkNumberOfCopies() {
        for process in processes {
            var repeated = 0
            for (index, copy) in smtp.acceptances.enumerated()
            where copy.process == process.number && smtp.acceptances[(index + 1)...].contains(where: { $0.mailID == copy.mailID }) { repeated += 1 }
            let times = excuses.count { $0.process == process.number }
            if repeated > times * SimulatedProcess.connections {
                violate("\(repeated) mails of process \(process.number) were sent again, for \(times) times that it stood still or died")
            }
        }
    }
}
