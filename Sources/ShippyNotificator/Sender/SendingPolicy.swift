package import ShippyCore

/// The limit of attempts for a mail, and the waits between them.
package struct SendingPolicy: Hashable, Sendable {
    /// The number of attempts before a mail is given up.
    package var maxAttempts: Int
    package var backoff: Backoff

    package init(maxAttempts: Int = 12, backoff: Backoff = Backoff(base: .seconds(15), cap: .seconds(6 * 3600))) {
        self.maxAttempts = maxAttempts
        self.backoff = backoff
    }

    /// The outcome of an attempt; nil if it was aborted.
    package func outcome(of result: DeliveryResult, _ mail: Mail) -> MailOutcome? {
        switch result {
        case .accepted(let reply): return .sent(reply: reply)
        case .refused(let reply): return .dead(reply: reply)
        case .deferred(let reply), .timedOut(let reply):
            guard mail.attempts < maxAttempts else { return .dead(reply: "gave up after \(mail.attempts) attempts: \(reply)") }
            return .retry(after: backoff.delay(attempt: mail.attempts), reply: reply)
        case .withdrawn: return nil
        }
    }
}
