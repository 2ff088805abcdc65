/// What became of an attempt to send a mail.
package enum MailOutcome: Hashable, Sendable {
    case sent(reply: String)
    case retry(at: Timestamp, reply: String)
    case dead(reply: String)
}

/// Mails to be sent, durable.
///
/// A mail that is `sending` belongs to its owner until its lease passes; then it is due again. So a sender that dies
/// loses nothing, and two senders never hold the same mail.
package protocol MailQueue: Sendable {
    /// Puts mails into the queue, in one transaction where it can.
    ///
    /// A mail whose event id is already in the queue (in any state) is not added again.
    /// - Returns: for each mail, the id of the one that is now in the queue, and whether it was added.
    func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)]

    /// Takes due mails, the longest due first, counts an attempt for each, and holds them for `lease`.
    ///
    /// - Parameter domainLimits: at most so many mails of a domain; `defaultDomainLimit` for the others.
    func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int
    ) async throws -> [Mail]

    /// Records outcomes of mails that `owner` holds; one that it holds no longer is left alone.
    func settle(_ outcomes: [(id: String, outcome: MailOutcome)], owner: String) async throws

    /// Lengthens the lease of mails that the owner still works on.
    func extendMailLeases(_ ids: [String], owner: String, lease: Duration) async throws

    /// Gives mails back that were claimed but not attempted: due now, the attempt not counted.
    func unclaimMails(_ ids: [String], owner: String) async throws

    func mail(id: String) async throws -> Mail?

    /// Mails in the order of their ids, after `cursor`, the newest last.
    func mails(state: Mail.State?, after cursor: String?, limit: Int) async throws -> [Mail]

    /// Makes a mail that is queued or dead due now, with its attempts counted from 0.
    /// - Throws: `.notFound`, or `.conflict` when it is sent or being sent.
    func retryMail(id: String) async throws -> Mail

    func mailCounts() async throws -> [Mail.State: Int]

    /// How many mails are being sent or could be sent now: those that wait for their time are not among them.
    func activeMailCount() async throws -> Int

    /// When the next mail is due, which may be in the past; nil when none waits.
    func nextMailDue() async throws -> Timestamp?

    /// Raised after a commit, of this process or another one, that may have made mails due.
    var mailChanges: ChangeNotifier { get }
}
