import ShippyCore

/// The mails that a sender has claimed: which may be tried next, which are being tried, and what became of the others.
///
/// No domain ever holds all connections; one whose server lets attempts run into the deadline is on probation, with one
/// mail at a time, until it answers. So mail for others goes on.
struct HeldMails {
    struct Finished: Sendable {
        var mail: Mail
        var outcome: MailOutcome
    }

    /// The most mails that are held at once.
    let capacity: Int
    /// How many may be tried at once.
    let concurrency: Int

    private var waiting: [Mail] = []
    private var trying: [String: Mail] = [:]
    private var finished: [Finished] = []
    /// Finished mails whose outcome is being written.
    private var settling: [String: Mail] = [:]
    private var slowDomains: Set<String> = []

    init(capacity: Int, concurrency: Int) {
        self.capacity = capacity
        self.concurrency = concurrency
    }

    var ids: [String] { waiting.map(\.id) + trying.keys + finished.map(\.mail.id) + settling.keys }
    var room: Int { capacity - waiting.count - trying.count - finished.count - settling.count }
    var isIdle: Bool { trying.isEmpty && finished.isEmpty && settling.isEmpty }

    /// How many mails of one domain may be held.
    var domainLimit: Int { max(1, capacity * 3 / 4) }

    /// What may still be claimed of the domains that are held or slow.
    var claimLimits: [String: Int] {
        var limits: [String: Int] = [:]
        for domain in slowDomains { limits[domain] = 1 }
        for mail in waiting + Array(trying.values) { limits[mail.domain, default: domainLimit] -= 1 }
        return limits
    }

    mutating func add(_ mails: [Mail]) {
        waiting += mails
    }

    /// The next mail that may be tried; it is being tried from now on.
    mutating func startNext() -> Mail? {
        guard trying.count < concurrency else { return nil }
        var triedByDomain: [String: Int] = [:]
        for mail in trying.values { triedByDomain[mail.domain, default: 0] += 1 }
        let index = waiting.firstIndex { mail in
            let limit = slowDomains.contains(mail.domain) ? 1 : max(1, concurrency - 1)
            return triedByDomain[mail.domain, default: 0] < limit
        }
        guard let index else { return nil }
        let mail = waiting.remove(at: index)
        trying[mail.id] = mail
        return mail
    }

    /// - Returns: mails of the same domain to be given back, because it has become slow.
    mutating func finish(_ mail: Mail, _ outcome: MailOutcome, timedOut: Bool) -> [Mail] {
        trying[mail.id] = nil
        finished.append(Finished(mail: mail, outcome: outcome))
        guard timedOut else {
            slowDomains.remove(mail.domain)
            return []
        }
        slowDomains.insert(mail.domain)
        let surplus = waiting.filter { $0.domain == mail.domain }
        waiting.removeAll { $0.domain == mail.domain }
        return surplus
    }

    /// Takes the outcomes that are to be written; ``settled(_:)`` says that they are.
    mutating func takeFinished() -> [Finished] {
        defer { finished = [] }
        for item in finished { settling[item.mail.id] = item.mail }
        return finished
    }

    mutating func settled(_ items: [Finished]) {
        for item in items { settling[item.mail.id] = nil }
    }

    /// Takes what nobody has tried.
    mutating func takeWaiting() -> [Mail] {
        defer { waiting = [] }
        return waiting
    }
}
