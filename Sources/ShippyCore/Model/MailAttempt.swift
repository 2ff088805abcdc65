/// One attempt to send a mail, as it is kept with the mail.
package struct MailAttempt: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Sendable {
        case sent
        /// Tried again later.
        case deferred
        case dead
        /// It was begun, and no outcome was recorded: the sender died or lost its lease. The mail may have been sent.
        case unknown
    }

    /// Counted from 1 over the mail's whole life, also after somebody had it retried.
    package var number: Int
    /// Nil if no outcome was recorded.
    package var facts: AttemptFacts?
    package var outcome: Outcome
    /// The server's answer, or the reason why there was none. It contains no secret.
    package var reply: String

    package init(number: Int, facts: AttemptFacts?, outcome: Outcome, reply: String) {
        self.number = number
        self.facts = facts
        self.outcome = outcome
        self.reply = reply
    }

    /// The most attempts of a mail that are shown. Retrying a mail drops all but these.
    package static let kept = 100

    /// The last attempts of a mail, also those without a recorded outcome, but without one that may be under way.
    ///
    /// - Parameters:
    ///   - recorded: the last recorded ones.
    ///   - earlier: the number of attempts before the mail was last retried by somebody.
    package static func all(_ recorded: [MailAttempt], of mail: Mail, earlier: Int) -> [MailAttempt] {
        let begun = earlier + mail.attempts
        let ended = mail.state == .sending ? begun - 1 : begun
        let first = max(1, begun - kept + 1)
        guard first <= ended else { return [] }
        let known = Dictionary(recorded.map { ($0.number, $0) }) { first, _ in first }
        return (first...ended).map { number in
            known[number] ?? (number == begun ? lastUnrecorded(of: mail, number) : nil)
                ?? MailAttempt(number: number, facts: nil, outcome: .unknown, reply: "")
        }
    }

    /// What the mail itself tells of its last attempt: releases before this one recorded no attempts.
    private static func lastUnrecorded(of mail: Mail, _ number: Int) -> MailAttempt? {
        guard mail.attempts > 0, !mail.lastReply.isEmpty else { return nil }
        let outcome: Outcome = mail.state == .sent ? .sent : mail.state == .dead ? .dead : .deferred
        return MailAttempt(number: number, facts: nil, outcome: outcome, reply: mail.lastReply)
    }
}

extension MailAttempt: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object {
            $0.field("number", number)
            $0.field("started_at", facts?.startedAt)
            $0.field("ended_at", facts?.endedAt)
            $0.field("server", facts?.server)
            $0.field("outcome", outcome.rawValue)
            $0.field("reply", reply)
        }
    }
}
