package import ShippyCore

/// The mails that a sender has claimed: which may be tried next, which are being tried, and what became of the others. Every
/// decision of a sender is here; ``MailSender`` carries them out.
///
/// A lease is counted from the moment before it was asked for, and is taken to be shorter than it is. No attempt begins, and
/// none goes past its last byte, under a lease that may have ended. Outcomes are kept until they are recorded, and as long as
/// recording fails nothing is started or claimed: so at most `concurrency` mails are ever sent without a record of it, which is
/// what a sender that dies or stands still may cause to be sent twice.
///
/// No domain ever holds all connections. One whose server has not answered yet begins with a quarter of them, one that answers
/// may have three quarters of those that others leave, and one that lets attempts run into the deadline is on probation, with one
/// mail at a time, until it answers. So mail for others goes on, also while several servers hang.
package struct HeldMails: Sendable {
    package typealias Instant = SteadyClock.Instant

    package struct Finished: Sendable {
        package var mail: Mail
        package var lease: MailLease
        package var outcome: MailOutcome
    }

    private struct Held {
        var claimed: ClaimedMail
        /// Until then the lease surely holds.
        var end: Instant

        var mail: Mail { claimed.mail }
        var id: String { claimed.lease.mailID }
    }

    /// Long enough that renewing it may fail twice, and short enough that a dead sender's mails are taken over within 30 s.
    package static let lease = Duration.seconds(20)
    static let renewalInterval = lease / 3
    /// What a lease is taken to be shorter by than it is.
    static let margin = Duration.seconds(1)
    /// An attempt needs some time before its lease ends or is renewed.
    static let leastTimeLeft = Duration.seconds(5)
    /// How long an outcome that was refused is kept, for the case that it was this sender itself that claimed the mail again.
    static let memory = Duration.seconds(60)

    /// The most mails that are held at once.
    package let capacity: Int
    /// The most mails that may be in hand without a record: being tried, or sent and not yet recorded.
    package let concurrency: Int

    private var waiting: [Held] = []
    private var trying: [String: Held] = [:]
    private var unrecorded: [String: Finished] = [:]
    /// Outcomes that are being written.
    private var recording: [String: Finished] = [:]
    private var superseded: [(item: Finished, until: Instant)] = []
    private var slowDomains: Set<String> = []
    /// Domains whose last attempt got an answer.
    private var quickDomains: Set<String> = []
    private static let quickDomainLimit = 10_000

    private var recordingFailures = 0
    private var nextRecording: Instant?
    private var nextRenewal: Instant?
    private let backoff = Backoff(base: .milliseconds(200), cap: .seconds(2))
    private var random: any RandomNumberGenerator & Sendable

    package init(capacity: Int, concurrency: Int, random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.capacity = capacity
        self.concurrency = concurrency
        self.random = random
    }

    package var isIdle: Bool { trying.isEmpty && unrecorded.isEmpty && recording.isEmpty }
    package var isTrying: Bool { !trying.isEmpty }
    package var unrecordedCount: Int { unrecorded.count + recording.count }
    /// Whether the last outcomes could not be recorded.
    package var isStalled: Bool { recordingFailures > 0 }

    // MARK: Claiming

    /// How many mails may be claimed; 0 while there are enough, or outcomes cannot be recorded.
    package var room: Int {
        let room = capacity - waiting.count - trying.count - unrecorded.count - recording.count
        // Half empty first: a claim of a few mails costs about as much as one of many.
        return isStalled || room < capacity / 2 ? 0 : room
    }

    /// How many mails of one domain may be held.
    package var domainLimit: Int { max(1, capacity * 3 / 4) }

    /// What may still be claimed of the domains that are held or slow.
    package var claimLimits: [String: Int] {
        var limits: [String: Int] = [:]
        for domain in slowDomains { limits[domain] = 1 }
        for held in waiting + Array(trying.values) { limits[held.mail.domain, default: domainLimit] -= 1 }
        return limits
    }

    /// Domains of which nothing more may be claimed until a mail that is held is done with.
    package var fullDomains: Set<String> { DomainQuota.full(claimLimits) }

    /// Takes up what was claimed. A mail whose outcome is known is not tried again: the outcome goes under the new lease.
    package mutating func add(_ mails: [ClaimedMail], askedAt: Instant) {
        for claimed in mails {
            let held = Held(claimed: claimed, end: askedAt + Self.lease - Self.margin)
            if recording[held.id] != nil {
                recording[held.id]?.lease = claimed.lease
            } else if unrecorded[held.id] != nil {
                unrecorded[held.id]?.lease = claimed.lease
            } else if let index = superseded.firstIndex(where: { $0.item.mail.id == held.id }) {
                var item = superseded.remove(at: index).item
                item.lease = claimed.lease
                unrecorded[held.id] = item
            } else if trying[held.id] != nil {
                trying[held.id] = held
            } else {
                waiting.removeAll { $0.id == held.id }
                waiting.append(held)
            }
        }
    }

    // MARK: Trying

    /// The next mail that may be tried; it is being tried from now on.
    package mutating func startNext(at now: Instant) -> Mail? {
        guard !isStalled, trying.count + sentAndUnrecorded < concurrency else { return nil }
        var triedByDomain: [String: Int] = [:]
        for held in trying.values { triedByDomain[held.mail.domain, default: 0] += 1 }
        let index = waiting.firstIndex { held in
            let tried = triedByDomain[held.mail.domain, default: 0]
            return tried < attemptLimit(held.mail.domain, others: trying.count - tried) && now + Self.leastTimeLeft <= held.end
        }
        guard let index else { return nil }
        let held = waiting.remove(at: index)
        trying[held.id] = held
        return held.mail
    }

    /// How many mails of a domain may be tried at once.
    /// - Parameter others: how many of other domains are.
    private func attemptLimit(_ domain: String, others: Int) -> Int {
        if slowDomains.contains(domain) { return 1 }
        guard quickDomains.contains(domain) else { return max(1, concurrency / 4) }
        return max(1, (concurrency - others) * 3 / 4)
    }

    private var sentAndUnrecorded: Int {
        (unrecorded.values.lazy.filter(\.isSent).count) + (recording.values.lazy.filter(\.isSent).count)
    }

    /// Whether a mail that is being tried is surely still this sender's.
    package func holds(_ mailID: String, at now: Instant) -> Bool {
        trying[mailID].map { now < $0.end } ?? false
    }

    /// - Parameter outcome: nil when the attempt was broken off.
    /// - Returns: leases to be given back: that of an attempt that was broken off, and those of mails of a domain that has become
    ///   slow.
    package mutating func finish(_ mailID: String, _ outcome: MailOutcome?, timedOut: Bool) -> [MailLease] {
        guard let held = trying.removeValue(forKey: mailID) else { return [] }
        guard let outcome else { return [held.claimed.lease] }
        unrecorded[mailID] = Finished(mail: held.mail, lease: held.claimed.lease, outcome: outcome)
        guard timedOut else {
            slowDomains.remove(held.mail.domain)
            if quickDomains.count >= Self.quickDomainLimit { quickDomains = [] }
            quickDomains.insert(held.mail.domain)
            return []
        }
        quickDomains.remove(held.mail.domain)
        slowDomains.insert(held.mail.domain)
        return takeWaiting { $0.mail.domain == held.mail.domain }
    }

    /// Takes what nobody has tried, to be given back.
    package mutating func takeWaiting() -> [MailLease] {
        takeWaiting { _ in true }
    }

    private mutating func takeWaiting(where isTaken: (Held) -> Bool) -> [MailLease] {
        let taken = waiting.filter(isTaken)
        waiting.removeAll(where: isTaken)
        return taken.map(\.claimed.lease)
    }

    // MARK: Recording

    /// Takes the outcomes that are to be written now. ``recorded(_:refused:at:)`` or ``recordingFailed(at:)`` says what came of it.
    package mutating func takeFinished(at now: Instant) -> [Finished] {
        guard recording.isEmpty, nextRecording.map({ now >= $0 }) ?? true else { return [] }
        swap(&recording, &unrecorded)
        return Array(recording.values)
    }

    /// How long until outcomes that could not be recorded are written again; nil when none wait for that.
    package func timeToRecording(at now: Instant) -> Duration? {
        guard !unrecorded.isEmpty, let nextRecording else { return nil }
        return max(.zero, now.duration(to: nextRecording))
    }

    /// - Parameter refused: mails that were claimed again before.
    /// - Returns: what is not recorded, because somebody else has the mail now.
    package mutating func recorded(_ items: [Finished], refused: Set<String>, at now: Instant) -> [Finished] {
        recordingFailures = 0
        nextRecording = nil
        superseded.removeAll { $0.until <= now }
        var lost: [Finished] = []
        for item in items {
            guard let current = recording.removeValue(forKey: item.mail.id), refused.contains(item.mail.id) else { continue }
            if current.lease != item.lease {
                // It was this sender itself that claimed it again.
                unrecorded[item.mail.id] = current
            } else {
                lost.append(current)
                superseded.append((current, now + Self.memory))
            }
        }
        superseded.removeFirst(max(0, superseded.count - capacity))
        return lost
    }

    package mutating func recordingFailed(at now: Instant) {
        unrecorded.merge(recording) { _, older in older }
        recording = [:]
        recordingFailures += 1
        nextRecording = now + backoff.delay(attempt: recordingFailures, using: &random)
    }

    // MARK: Leases

    /// The leases to be renewed now, if it is time for that.
    package mutating func leasesToRenew(at now: Instant) -> [MailLease] {
        guard nextRenewal.map({ now >= $0 }) ?? true else { return [] }
        nextRenewal = now + Self.renewalInterval
        return leases
    }

    private var leases: [MailLease] {
        waiting.map(\.claimed.lease) + trying.values.map(\.claimed.lease) + unrecorded.values.map(\.lease) + recording.values.map(\.lease)
    }

    /// - Parameter held: of the mails whose leases were asked to be renewed, those that are still this sender's.
    package mutating func renewed(_ leases: [MailLease], held: Set<String>, askedAt: Instant) {
        let end = askedAt + Self.lease - Self.margin
        let kept = Set(leases.filter { held.contains($0.mailID) })
        let lost = Set(leases).subtracting(kept)
        waiting.removeAll { lost.contains($0.claimed.lease) }
        for index in waiting.indices where kept.contains(waiting[index].claimed.lease) { waiting[index].end = max(waiting[index].end, end) }
        for (id, mail) in trying {
            if kept.contains(mail.claimed.lease) { trying[id]?.end = max(mail.end, end) }
            if lost.contains(mail.claimed.lease) { trying[id]?.end = min(mail.end, askedAt) }
        }
    }

    package mutating func renewalFailed(at now: Instant) {
        nextRenewal = now + .seconds(1)
    }

    /// Takes mails whose leases may have ended before anybody tried them. They are to be given back, for the case that nobody has
    /// claimed them yet.
    package mutating func takeLapsed(at now: Instant) -> [MailLease] {
        takeWaiting { now >= $0.end }
    }
}

extension HeldMails.Finished {
    fileprivate var isSent: Bool { if case .sent = outcome { true } else { false } }
}
