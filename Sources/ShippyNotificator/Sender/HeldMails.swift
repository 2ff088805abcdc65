package import ShippyCore

/// The mails that a sender has claimed: waiting, being sent, or finished. This type makes all decisions of a sender;
/// ``MailSender`` carries them out.
///
/// A lease is measured from just before it was requested, and assumed to be shorter than it is. Under a lease that may have
/// ended, no attempt starts, and none sends its last byte. Outcomes are kept until they are recorded. While recording fails, no
/// mail is started or claimed. So at most `concurrency` mails are ever sent without a record; only these may be sent twice if the
/// sender dies or stops.
///
/// The one mail server may hang on the recipients of some domains, for example while it asks their own servers about them. So no
/// domain uses all of several connections. A domain without an answer so far starts with a quarter of them. A domain with answers
/// may use three quarters of the connections that others leave. A domain whose attempts time out is on probation, with one mail
/// at a time, until one is answered. So mail to other domains continues even while several domains hang.
package struct HeldMails: Sendable {
    package typealias Instant = SteadyClock.Instant

    package struct Finished: Sendable {
        package var mail: Mail
        package var lease: MailLease
        package var outcome: MailOutcome
        package var facts: AttemptFacts

        package var attempt: FinishedAttempt { FinishedAttempt(lease: lease, outcome: outcome, facts: facts) }
    }

    private struct Held {
        var claimed: ClaimedMail
        /// Until then, the lease is certainly valid.
        var end: Instant

        var mail: Mail { claimed.mail }
        var id: String { claimed.lease.mailID }
    }

    /// Long enough for renewal to fail twice; short enough that a dead sender's mails are taken over within 30 s.
    package static let lease = Duration.seconds(20)
    static let renewalInterval = lease / 3
    /// The safety margin subtracted from the length of a lease.
    static let margin = Duration.seconds(1)
    /// The least time left on a lease for an attempt to start.
    static let leastTimeLeft = Duration.seconds(5)
    /// How long a refused outcome is kept, in case this sender itself has claimed the mail again.
    static let memory = Duration.seconds(60)

    /// The most mails held at once.
    package let capacity: Int
    /// The most mails that are being sent, or sent and not yet recorded.
    package let concurrency: Int

    private var waiting: [Held] = []
    private var trying: [String: Held] = [:]
    private var unrecorded: [String: Finished] = [:]
    /// Outcomes being written.
    private var recording: [String: Finished] = [:]
    private var superseded: [(item: Finished, until: Instant)] = []
    private var slowDomains: Set<String> = []
    /// Domains whose last attempt was answered.
    private var quickDomains: Set<String> = []
    /// The most domains remembered of either kind.
    private static let domainMemory = 10_000

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
    /// Whether recording the last outcomes failed.
    package var isStalled: Bool { recordingFailures > 0 }

    // MARK: Claiming

    /// The number of mails that may be claimed; 0 while enough are held, or while recording fails.
    package var room: Int {
        let room = capacity - waiting.count - trying.count - unrecorded.count - recording.count
        // Waits until it is half empty: claiming a few mails costs about as much as claiming many.
        return isStalled || room < capacity / 2 ? 0 : room
    }

    /// The most mails held per domain.
    package var domainLimit: Int { max(1, capacity * 3 / 4) }

    /// The number of further mails that may be claimed for each domain that is slow or has held mails.
    package var claimLimits: [String: Int] {
        var limits: [String: Int] = [:]
        for domain in slowDomains { limits[domain] = 1 }
        for held in waiting + Array(trying.values) { limits[held.mail.domain, default: domainLimit] -= 1 }
        return limits
    }

    /// Domains for which no mail may be claimed until a held one is finished.
    package var fullDomains: Set<String> { DomainQuota.full(claimLimits) }

    /// Adds claimed mails. A mail with a known outcome is not sent again: its outcome is recorded under the new lease.
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

    /// Starts and returns the next mail that may be sent.
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

    /// The number of mails of a domain that may be sent at the same time.
    /// - Parameter others: the number of mails of other domains that are being sent.
    private func attemptLimit(_ domain: String, others: Int) -> Int {
        if slowDomains.contains(domain) { return 1 }
        guard quickDomains.contains(domain) else { return max(1, concurrency / 4) }
        return max(1, (concurrency - others) * 3 / 4)
    }

    private var sentAndUnrecorded: Int {
        (unrecorded.values.lazy.filter(\.isSent).count) + (recording.values.lazy.filter(\.isSent).count)
    }

    /// Whether a mail being sent certainly still belongs to this sender.
    package func holds(_ mailID: String, at now: Instant) -> Bool {
        trying[mailID].map { now < $0.end } ?? false
    }

    /// - Parameter outcome: nil if the attempt was aborted.
    /// - Returns: leases to release: the lease of an aborted attempt, and the leases of waiting mails of a domain that has become
    ///   slow.
    package mutating func finish(_ mailID: String, _ outcome: MailOutcome?, _ facts: AttemptFacts, timedOut: Bool) -> [MailLease] {
        guard let held = trying.removeValue(forKey: mailID) else { return [] }
        guard let outcome else { return [held.claimed.lease] }
        unrecorded[mailID] = Finished(mail: held.mail, lease: held.claimed.lease, outcome: outcome, facts: facts)
        guard timedOut else {
            slowDomains.remove(held.mail.domain)
            Self.remember(held.mail.domain, in: &quickDomains)
            return []
        }
        quickDomains.remove(held.mail.domain)
        Self.remember(held.mail.domain, in: &slowDomains)
        return takeWaiting { $0.mail.domain == held.mail.domain }
    }

    private static func remember(_ domain: String, in domains: inout Set<String>) {
        // Forgotten domains are judged again by their next attempt.
        if domains.count >= domainMemory { domains = [] }
        domains.insert(domain)
    }

    /// Removes the mails not yet started, and returns their leases, which must be released.
    package mutating func takeWaiting() -> [MailLease] {
        takeWaiting { _ in true }
    }

    private mutating func takeWaiting(where isTaken: (Held) -> Bool) -> [MailLease] {
        let taken = waiting.filter(isTaken)
        waiting.removeAll(where: isTaken)
        return taken.map(\.claimed.lease)
    }

    // MARK: Recording

    /// Returns the outcomes to write now. Report the result to ``recorded(_:refused:at:)`` or ``recordingFailed(at:)``.
    package mutating func takeFinished(at now: Instant) -> [Finished] {
        guard recording.isEmpty, nextRecording.map({ now >= $0 }) ?? true else { return [] }
        swap(&recording, &unrecorded)
        return Array(recording.values)
    }

    /// The time until outcomes that could not be recorded are written again; nil if there are none.
    package func timeToRecording(at now: Instant) -> Duration? {
        guard !unrecorded.isEmpty, let nextRecording else { return nil }
        return max(.zero, now.duration(to: nextRecording))
    }

    /// - Parameter refused: the IDs of mails that have been claimed again.
    /// - Returns: the outcomes that are not recorded because another sender has the mail.
    package mutating func recorded(_ items: [Finished], refused: Set<String>, at now: Instant) -> [Finished] {
        recordingFailures = 0
        nextRecording = nil
        superseded.removeAll { $0.until <= now }
        var lost: [Finished] = []
        for item in items {
            guard let current = recording.removeValue(forKey: item.mail.id), refused.contains(item.mail.id) else { continue }
            if current.lease != item.lease {
                // This sender itself has claimed it again.
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

    /// The leases to renew now, if any.
    package mutating func leasesToRenew(at now: Instant) -> [MailLease] {
        guard nextRenewal.map({ now >= $0 }) ?? true else { return [] }
        nextRenewal = now + Self.renewalInterval
        return leases
    }

    private var leases: [MailLease] {
        waiting.map(\.claimed.lease) + trying.values.map(\.claimed.lease) + unrecorded.values.map(\.lease) + recording.values.map(\.lease)
    }

    /// - Parameter held: the IDs of the renewed mails that this sender still holds.
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

    /// Removes mails whose leases may have ended before they were started, and returns the leases, which must be released in case
    /// nobody has claimed the mails yet.
    package mutating func takeLapsed(at now: Instant) -> [MailLease] {
        takeWaiting { now >= $0.end }
    }
}

extension HeldMails.Finished {
    fileprivate var isSent: Bool { if case .sent = outcome { true } else { false } }
}
