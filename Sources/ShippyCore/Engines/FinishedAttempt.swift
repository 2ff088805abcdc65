/// An attempt to send a mail that has ended, as its sender has it recorded.
package struct FinishedAttempt: Hashable, Sendable {
    package var lease: MailLease
    package var outcome: MailOutcome
    package var facts: AttemptFacts

    package init(lease: MailLease, outcome: MailOutcome, facts: AttemptFacts) {
        self.lease = lease
        self.outcome = outcome
        self.facts = facts
    }
}

extension MailOutcome {
    package var reply: String {
        switch self {
        case .sent(let reply), .retry(_, let reply), .dead(let reply): reply
        }
    }

    /// The mail's state after it.
    package var state: Mail.State {
        switch self {
        case .sent: .sent
        case .retry: .queued
        case .dead: .dead
        }
    }

    /// How it is kept with the attempt.
    package var kept: MailAttempt.Outcome {
        switch self {
        case .sent: .sent
        case .retry: .deferred
        case .dead: .dead
        }
    }

    /// The time until the mail is due again; nil if it is not.
    package var rest: Duration? { if case .retry(let rest, _) = self { rest } else { nil } }
}
