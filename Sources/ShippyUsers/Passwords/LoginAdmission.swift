/// Leave to check one password. See ``LoginAttempts``.
package struct LoginAdmission: Sendable {
    /// What was counted in advance.
    enum Charge { case nothing, pair, everything }

    let pair: LoginLedger.Pair
    let charge: Charge
    /// The end of the wait before this attempt, and of the one that it began, to restore if the password is not checked.
    let opening: ContinuousClock.Instant
    let nextOpening: ContinuousClock.Instant
    /// Whether others had held up this attempt. Its turn is kept if the password is not checked.
    let hadTurn: Bool
    /// Whether the address has logged in to this account before.
    package let isFamiliar: Bool
}
