package import ShippyCore
import Synchronization

/// Limits guesses of passwords, without giving anybody the means to lock somebody else out.
///
/// Four limits are in force at the same time. An attempt that one of them refuses is not hashed, and does not count.
/// - An account from one address: after ``LoginLimits/freeAttempts`` wrong passwords, each further one is followed by a wait: 1 s, 2 s,
///   4 s and so on, up to ``LoginLimits/longestWait``. Each wrong password is forgotten after six minutes, all of them after a right one.
/// - An address, over all accounts: ``LoginLimits/addressBurst`` wrong passwords, then one each 5 s. It does not apply to accounts that
///   the address has logged in to.
/// - A network of IPv6 (/48), over all its addresses: ten times as much.
/// - An account, from addresses that have never logged in to it: ``LoginLimits/accountBurst`` wrong passwords, then one each 10 s. An
///   address that comes on top of that is told to wait, at most ``LoginLimits/longestTurn``, and then has its turn whatever the others
///   do. An address that has logged in to the account is never held up by others.
///
/// So who attacks an account makes strangers to it wait for half a minute at most, and its user, on a machine that the user has
/// used before, not at all. Clients behind one address cannot be told apart: one that guesses there makes the others wait, too.
///
/// An account that does not exist is treated like any other. What counts is what was typed.
///
/// Everything is in memory, and bounded: 100,000 accounts from one address, as many addresses, networks and accounts. What is
/// forgotten first in a full table is what would have been forgotten first anyway; so nobody gets rid of a long wait by making
/// many short ones. Each process counts for itself: with N processes behind a load balancer, an attacker has N times as many
/// attempts, a familiar address is one where this process has seen a right password, and a restart forgets everything.
package final class LoginAttempts: Sendable {
    package enum Outcome: Sendable {
        case right
        case wrong
        /// Nobody looked at the password: the queue was full, or the client went away before its turn. Never use it once the
        /// password has been compared: then guessing would be free.
        case unchecked
    }

    private let clock: SteadyClock
    private let ledger: Mutex<LoginLedger>

    /// - Parameter limit: the most entries of each table.
    package init(clock: SteadyClock = .system, limit: Int = 100_000) {
        self.clock = clock
        ledger = Mutex(LoginLedger(limit: limit))
    }

    /// Leave to check a password now. Call ``record(_:_:)`` with the outcome; until then, it counts as a wrong one, so that
    /// attempts at the same time gain nothing.
    ///
    /// - Parameter address: nil for clients without one, which count as one client.
    /// - Throws: `.limited`, with the time to wait. It does not say which limit it was.
    package func admit(_ account: LoginAccount, from address: ClientAddress?) throws(ShippyError) -> LoginAdmission {
        do { return try decide(account, address) } catch { throw error.refusal }
    }

    private func decide(_ account: LoginAccount, _ address: ClientAddress?) throws(Wait) -> LoginAdmission {
        let now = clock.now
        switch ledger.withLock({ $0.admit(.init(account: account, address: address), at: now) }) {
        case .success(let admission): return admission
        case .failure(let held): throw Wait(isFirst: held.isFirst, refusal: .limited("too many attempts to log in", for: held.until - now))
        }
    }

    /// Why a password is not checked now.
    private struct Wait: Error {
        /// Whether nobody has been refused because of this wait before.
        var isFirst: Bool
        var refusal: ShippyError
    }

    /// Lets an account's waits end, and forgets the wrong passwords that caused them.
    package func lift(_ account: LoginAccount) {
        ledger.withLock { $0.lift(account) }
    }

    package func record(_ admission: LoginAdmission, _ outcome: Outcome) {
        let now = clock.now
        ledger.withLock { $0.record(admission, outcome, at: now) }
    }

    /// The entries of the largest table.
    var count: Int { ledger.withLock { $0.count } }

    /// Has a password checked, if it may be now, and counts the outcome.
    ///
    /// - Parameters:
    ///   - onWait: called if the password is not checked now; gets whether this is the first refusal of this wait. So the number of first
    ///     refusals is limited by the number of wrong passwords.
    ///   - verify: compares the password; gets whether the address has logged in to this account before.
    /// - Throws: as ``admit(_:from:)``, and what `verify` throws: then nobody has looked at the password.
    package func check(
        _ account: LoginAccount, from address: ClientAddress?, onWait: (_ isFirst: Bool) async throws -> Void = { _ in },
        _ verify: (_ isFamiliar: Bool) async throws -> PasswordMatch
    ) async throws -> PasswordMatch {
        let admission: LoginAdmission
        do {
            admission = try decide(account, address)
        } catch {
            try await onWait(error.isFirst)
            throw error.refusal
        }
        do {
            let match = try await verify(admission.isFamiliar)
            record(admission, match.isRight ? .right : .wrong)
            return match
        } catch {
            record(admission, .unchecked)
            throw error
        }
    }
}
