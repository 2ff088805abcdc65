package import ShippyCore

extension MailQueue {
    /// Records outcomes of attempts whose time and place do not matter.
    package func settle(_ outcomes: [(lease: MailLease, outcome: MailOutcome)]) async throws -> Set<String> {
        try await settle(outcomes.map { FinishedAttempt(lease: $0.lease, outcome: $0.outcome, facts: Samples.facts) })
    }
}
