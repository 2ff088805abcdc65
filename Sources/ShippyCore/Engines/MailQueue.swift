/// The outcome of an attempt to send a mail.
package enum MailOutcome: Hashable, Sendable {
    case sent(reply: String)
    /// Retry after this time, by the queue's clock.
    case retry(after: Duration, reply: String)
    case dead(reply: String)
}

/// One claim of a mail. It is valid until it ends or the mail is claimed again.
package struct MailLease: Hashable, Sendable {
    package var mailID: String
    /// Greater than in every earlier claim of the same mail. Writes under an older fence are refused.
    package var fence: Int64

    package init(mailID: String, fence: Int64) {
        self.mailID = mailID
        self.fence = fence
    }
}

/// A mail and the sender's lease on it.
package struct ClaimedMail: Hashable, Sendable {
    package var mail: Mail
    package var lease: MailLease

    package init(mail: Mail, fence: Int64) {
        self.mail = mail
        lease = MailLease(mailID: mail.id, fence: fence)
    }
}

/// A durable queue of mails to send.
///
/// A claimed mail is `sending` until its lease ends, and then due again, so no mail is lost when a sender dies.
///
/// Leases are fenced, and timed by a monotonic clock of the queue that all senders share. A sender measures a lease from just
/// before it requested it, on a clock that also runs while the process is stopped, and starts no attempt under a lease that may
/// have ended. Every write names the lease, and is refused if the mail has been claimed again.
package protocol MailQueue: Sendable {
    /// Adds mails to the queue, in few transactions. If it throws, some of them may have been added.
    ///
    /// A mail is not added if the queue already has one with its event ID, in any state. ``Mail/nextAttemptAt`` is taken relative
    /// to now, so a sender with a different clock causes no delay.
    /// - Returns: for each mail, the ID of the mail in the queue, and whether it was added.
    func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)]

    /// Adds one mail, as above, in a transaction shared with concurrent calls.
    ///
    /// - Throws: `.overloaded` at once when too many calls are waiting. A cancelled task still waits.
    func enqueue(_ mail: Mail) async throws -> (id: String, isNew: Bool)

    /// Claims due mails for `lease`, the longest overdue first, and counts an attempt for each.
    ///
    /// - Parameters:
    ///   - owner: the claimant's name, for display. Ownership is decided by the fence alone.
    ///   - domainLimits: the most mails to claim per domain; `defaultDomainLimit` for other domains.
    ///   - requestID: claim only mails caused by this request; nil for all.
    func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int, requestID: String?
    ) async throws -> [ClaimedMail]

    /// Records outcomes of claimed mails, even after the lease has ended, unless the mail has been claimed again. Recording an
    /// outcome twice has no further effect. The same commit keeps the attempt: see ``attempts(of:)``.
    /// - Returns: the IDs of mails that have been claimed again. Their outcomes are not recorded.
    func settle(_ attempts: [FinishedAttempt]) async throws -> Set<String>

    /// Extends leases to `lease` from now, unless the mail has been claimed again.
    /// - Returns: the IDs of the mails still held.
    func extend(_ leases: [MailLease], by lease: Duration) async throws -> Set<String>

    /// Releases mails that were claimed but not attempted: they are due now, and the attempt does not count.
    func release(_ leases: [MailLease]) async throws

    func mail(id: String) async throws -> Mail?

    /// The last attempts to send a mail, the oldest first: at most ``MailAttempt/kept``. They are kept as long as the mail. Each that was
    /// begun is there, also one whose outcome nobody recorded.
    /// - Returns: none if there is no such mail.
    func attempts(of mailID: String) async throws -> [MailAttempt]

    /// The mails that match `filter` and come after the one with the ID `cursor`, in ID order, which is the order in which they were
    /// queued, or from the newest on.
    func mails(_ filter: MailFilter, after cursor: String?, limit: Int) async throws -> [Mail]

    /// Makes all changes that can be made, in one transaction with their audit entries.
    ///
    /// - Returns: for each change, in order, the mail as it is now (for ``MailChange/Kind/resend(_:)`` the copy), or why it was not made:
    ///   `.notFound`, or `.conflict` in the mail's state.
    func change(_ changes: [MailChange]) async throws -> [Result<Mail, ShippyError>]

    func mailCounts() async throws -> [Mail.State: Int]

    /// The number of mails being sent or due now, not counting mails that wait for a later attempt.
    /// - Parameter requestID: count only mails caused by this request; nil for all.
    func activeMailCount(requestID: String?) async throws -> Int

    /// The time until the next mail is due, by the queue's clock: zero or less if one is due, nil if none is waiting.
    ///
    /// - Parameters:
    ///   - fullDomains: domains to ignore, because no more of their mails may be claimed.
    ///   - requestID: consider only mails caused by this request; nil for all.
    func nextMailDue(except fullDomains: Set<String>, requestID: String?) async throws -> Duration?

    /// Raised after a commit, by this or another process, that may have made mails due.
    var mailChanges: ChangeNotifier { get }
}

extension MailQueue {
    /// As above, for mails of all requests.
    package func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int
    ) async throws -> [ClaimedMail] {
        try await claimMails(
            limit: limit, owner: owner, lease: lease, domainLimits: domainLimits, defaultDomainLimit: defaultDomainLimit, requestID: nil)
    }

    /// Mails with IDs after `cursor`, the newest last.
    package func mails(state: Mail.State?, after cursor: String?, limit: Int) async throws -> [Mail] {
        try await mails(MailFilter(state: state), after: cursor, limit: limit)
    }

    /// Mails with IDs before `cursor`, the newest first; nil begins with the newest.
    package func mails(state: Mail.State?, before cursor: String?, limit: Int) async throws -> [Mail] {
        try await mails(MailFilter(state: state, newestFirst: true), after: cursor, limit: limit)
    }

    /// - Throws: `.notFound`, or `.conflict` in the mail's state.
    package func change(_ change: MailChange) async throws -> Mail { try await self.change([change])[0].get() }

    package func activeMailCount() async throws -> Int { try await activeMailCount(requestID: nil) }

    package func nextMailDue() async throws -> Duration? { try await nextMailDue(except: [], requestID: nil) }
}
