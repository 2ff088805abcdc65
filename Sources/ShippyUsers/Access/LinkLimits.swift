import ShippyCore
import Synchronization

/// Limits how many mails with links strangers can have sent, without telling them anything.
///
/// - A client address may ask ``addressBurst`` times, then once each ``addressInterval``. Beyond that it is told to wait.
/// - An account gets ``accountBurst`` mails of each kind, then one each ``accountInterval``. Whoever asks for more gets the same answer as always.
///
/// Everything is in memory and bounded, and each process counts for itself: see ``LoginAttempts``.
final class LinkLimits: Sendable {
    static let addressBurst = 20
    static let addressInterval = Duration.seconds(30)
    static let accountBurst = 3
    static let accountInterval = Duration.seconds(1200)
    /// The most entries of each table.
    static let tableLimit = 100_000

    private struct State {
        var addresses: AddressLimit
        var accounts: Allowance<Mailed>
    }

    private struct Mailed: Hashable {
        var account: LoginAccount
        var purpose: LinkPurpose
    }

    private let clock: SteadyClock
    private let state: Mutex<State>

    /// - Parameter limit: the most entries of each table.
    init(clock: SteadyClock = .system, limit: Int = tableLimit) {
        self.clock = clock
        state = Mutex(
            State(
                addresses: AddressLimit(burst: Self.addressBurst, interval: Self.addressInterval, limit: limit),
                accounts: Allowance(limit: limit)))
    }

    /// Counts a request of a client.
    /// - Throws: ``ShippyError`` `.limited`, with the time to wait.
    func admit(_ address: ClientAddress?) throws(ShippyError) {
        let now = clock.now
        let opening = state.withLock { state in
            let opening = state.addresses.opening(address, at: now)
            if opening == nil { state.addresses.charge(address, at: now) }
            return opening
        }
        if let opening { throw .limited("too many mails were asked for from this address", for: opening - now) }
    }

    /// Counts a mail for an account. Call it only for a mail that would be sent: what is not sent must not use up what can be.
    /// - Returns: how long the account has to wait for it; nil if it may have the mail.
    func charge(_ account: LoginAccount, for purpose: LinkPurpose) -> Duration? {
        let now = clock.now
        return state.withLock { $0.accounts.charge(Mailed(account: account, purpose: purpose), at: now) }
    }

    /// The entries of the larger table.
    var count: Int { state.withLock { max($0.addresses.count, $0.accounts.count) } }
}
