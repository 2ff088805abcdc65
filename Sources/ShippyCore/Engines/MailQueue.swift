/// What became of an attempt to send a mail.
package enum MailOutcome: Hashable, Sendable {
    case sent(reply: String)
    /// To be tried again after so long, by the queue's clock.
    case retry(after: Duration, reply: String)
    case dead(reply: String)
}

/// One claim of a mail. It stands until its time is over or the mail is claimed again.
package struct MailLease: Hashable, Sendable {
    package var mailID: String
    /// Greater than that of every earlier claim of the same mail: what is written under an older one is refused.
    package var fence: Int64

    package init(mailID: String, fence: Int64) {
        self.mailID = mailID
        self.fence = fence
    }
}

/// A mail, and the lease under which its sender holds it.
package struct ClaimedMail: Hashable, Sendable {
    package var mail: Mail
    package var lease: MailLease

    package init(mail: Mail, fence: Int64) {
        self.mail = mail
        lease = MailLease(mailID: mail.id, fence: fence)
    }
}

/// Mails to be sent, durable.
///
/// A claimed mail is `sending` until its lease ends; then it is due again. So a sender that dies loses nothing.
///
/// Leases are fenced, and counted by the queue's clock: one that every sender shares and that nobody sets back. A sender
/// counts its own leases from the moment before it asked for them, on a clock that goes on while it stands still, and starts
/// no attempt under a lease that may have ended. Whatever it writes names the lease, and is refused once the mail was
/// claimed again.
package protocol MailQueue: Sendable {
    /// Puts mails into the queue, in few transactions. If it throws, some of them may be there.
    ///
    /// A mail whose event id is already in the queue (in any state) is not added again. ``Mail/nextAttemptAt`` counts as a
    /// distance from now, so that a sender whose clock differs is not waited for.
    /// - Returns: for each mail, the id of the one that is now in the queue, and whether it was added.
    func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)]

    /// Puts one mail into the queue, as above, in a transaction that it shares with others that come at the same time.
    ///
    /// - Throws: `.overloaded` at once when too many wait. A task that is cancelled waits all the same.
    func enqueue(_ mail: Mail) async throws -> (id: String, isNew: Bool)

    /// Takes due mails, the longest due first, counts an attempt for each, and holds them for `lease`.
    ///
    /// - Parameters:
    ///   - owner: names the claimant to people; what counts is the fence.
    ///   - domainLimits: at most so many mails of a domain; `defaultDomainLimit` for the others.
    ///   - requestID: only mails that this request has caused; nil for all.
    func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int, requestID: String?
    ) async throws -> [ClaimedMail]

    /// Records outcomes of claimed mails. An outcome is recorded also after its lease has ended, as long as nobody has claimed
    /// the mail since; recording it a second time changes nothing.
    /// - Returns: the ids of mails that somebody else has claimed since: their outcomes are not recorded.
    func settle(_ outcomes: [(lease: MailLease, outcome: MailOutcome)]) async throws -> Set<String>

    /// Lengthens leases to `lease` from now, of mails that nobody has claimed since.
    /// - Returns: the ids of the mails that are still held; the others are somebody else's.
    func extend(_ leases: [MailLease], by lease: Duration) async throws -> Set<String>

    /// Gives mails back that were claimed but not attempted: due now, the attempt not counted.
    func release(_ leases: [MailLease]) async throws

    func mail(id: String) async throws -> Mail?

    /// Mails in the order of their ids, after `cursor`, the newest last.
    func mails(state: Mail.State?, after cursor: String?, limit: Int) async throws -> [Mail]

    /// Makes a mail that is queued or dead due now, with its attempts counted from 0.
    /// - Throws: `.notFound`, or `.conflict` when it is sent or being sent.
    func retryMail(id: String) async throws -> Mail

    func mailCounts() async throws -> [Mail.State: Int]

    /// The number of mails that are being sent or could be sent now: those that wait for their time are not among them.
    /// - Parameter requestID: only mails that this request has caused; nil for all.
    func activeMailCount(requestID: String?) async throws -> Int

    /// The time until the next mail is due, by the queue's clock: zero or less when one is; nil when none waits.
    ///
    /// - Parameters:
    ///   - fullDomains: domains whose mails do not count, because no more of them may be claimed.
    ///   - requestID: only mails that this request has caused; nil for all.
    func nextMailDue(except fullDomains: Set<String>, requestID: String?) async throws -> Duration?

    /// Raised after a commit, of this process or another one, that may have made mails due.
    var mailChanges: ChangeNotifier { get }
}

extension MailQueue {
    /// As above, of all mails.
    package func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int
    ) async throws -> [ClaimedMail] {
        try await claimMails(
            limit: limit, owner: owner, lease: lease, domainLimits: domainLimits, defaultDomainLimit: defaultDomainLimit, requestID: nil)
    }

    package func activeMailCount() async throws -> Int { try await activeMailCount(requestID: nil) }

    package func nextMailDue() async throws -> Duration? { try await nextMailDue(except: [], requestID: nil) }
}
