/// What ``LoginAttempts`` has counted, without a clock.
struct LoginLedger: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct Pair: Hashable {
        var account: LoginAccount
        var address: ClientAddress?
    }

    /// An attempt is not admitted before this.
    struct Held: Error {
        var until: Instant
        /// Whether no attempt has been held by this wait before.
        var isFirst: Bool
    }

    /// Whom a wait holds up.
    private enum Wait: Hashable {
        case pair(Pair)
        /// All strangers to an account.
        case account(LoginAccount)
        /// All addresses of a network.
        case network(ClientAddress?)
    }

    /// A wait that has held an attempt.
    private struct Noticed: Expiring {
        var expiry: Instant
    }

    /// What is known of an account and an address.
    private struct PairState: Expiring {
        var wrong: FadingCount
        /// No attempt before this.
        var opening: Instant
        /// Whether others have held up the attempt that follows `opening`, and must not again.
        var hasTurn = false

        init(at now: Instant) {
            wrong = FadingCount(interval: LoginLimits.pairInterval, at: now)
            opening = now
        }

        var expiry: Instant { max(wrong.zero, hasTurn ? opening + LoginLimits.turnValidity : opening) }
    }

    private struct Familiar: Expiring {
        /// The latest one is the last.
        var addresses: [ClientAddress?]
        var expiry: Instant
    }

    private var pairs: ExpiringTable<Pair, PairState>
    private var addresses: AddressLimit
    private var accounts: ExpiringTable<LoginAccount, FadingCount>
    private var familiar: ExpiringTable<LoginAccount, Familiar>
    private var noticed: ExpiringTable<Wait, Noticed>

    /// - Parameter limit: the most entries of each table.
    init(limit: Int) {
        pairs = ExpiringTable(limit: limit)
        addresses = AddressLimit(burst: LoginLimits.addressBurst, interval: LoginLimits.addressInterval, limit: limit)
        accounts = ExpiringTable(limit: limit)
        familiar = ExpiringTable(limit: limit)
        noticed = ExpiringTable(limit: limit)
    }

    /// The size of the largest table.
    var count: Int { [pairs.count, addresses.count, accounts.count, familiar.count, noticed.count].max()! }

    mutating func admit(_ pair: Pair, at now: Instant) -> Result<LoginAdmission, Held> {
        let known = pairs.value(pair, at: now)
        if let known, known.opening > now { return hold(known.hasTurn ? .account(pair.account) : .pair(pair), until: known.opening, at: now) }
        if isFamiliar(pair, at: now) {
            // At the same time, as many as there are places in the queue, as long as none was wrong.
            return .success(admission(pair, known == nil ? .nothing : .pair, isFamiliar: true, at: now))
        }
        if known?.hasTurn != true {
            if let until = addresses.opening(pair.address, at: now) { return hold(.network(pair.address?.network), until: until, at: now) }
            addresses.charge(pair.address, at: now)
            if let turn = chargeAccount(pair.account, at: now) {
                var held = known ?? PairState(at: now)
                held.opening = turn
                held.hasTurn = true
                pairs.set(pair, held, at: now)
                return hold(.account(pair.account), until: turn, at: now)
            }
        }
        return .success(admission(pair, .everything, isFamiliar: false, at: now))
    }

    private mutating func hold(_ wait: Wait, until: Instant, at now: Instant) -> Result<LoginAdmission, Held> {
        let isFirst = noticed.value(wait, at: now) == nil
        if isFirst { noticed.set(wait, Noticed(expiry: until), at: now) }
        return .failure(Held(until: until, isFirst: isFirst))
    }

    /// Forgets the wrong passwords for an account, wherever they came from, and what its strangers have to wait.
    mutating func lift(_ account: LoginAccount) {
        pairs.removeAll { $0.account == account }
        accounts.removeAll { $0 == account }
    }

    private mutating func admission(_ pair: Pair, _ charge: LoginAdmission.Charge, isFamiliar: Bool, at now: Instant) -> LoginAdmission {
        let known = pairs.value(pair, at: now)
        let nextOpening = charge == .nothing ? now : chargePair(pair, at: now)
        return LoginAdmission(
            pair: pair, charge: charge, opening: known?.opening ?? now, nextOpening: nextOpening, hadTurn: known?.hasTurn ?? false,
            isFamiliar: isFamiliar)
    }

    mutating func record(_ admission: LoginAdmission, _ outcome: LoginAttempts.Outcome, at now: Instant) {
        switch outcome {
        case .wrong:
            if admission.charge == .nothing { chargePair(admission.pair, at: now) }
        case .right:
            pairs.set(admission.pair, nil, at: now)
            if admission.charge == .everything { takeBack(admission.pair, at: now) }
            makeFamiliar(admission.pair, at: now)
        case .unchecked:
            if admission.charge == .everything, !admission.hadTurn { takeBack(admission.pair, at: now) }
            guard admission.charge != .nothing, var known = pairs.value(admission.pair, at: now) else { return }
            known.wrong.takeBack()
            known.hasTurn = admission.hadTurn
            // Not a wait that a later attempt has begun.
            if known.opening == admission.nextOpening { known.opening = admission.opening }
            pairs.set(admission.pair, known, at: now)
        }
    }

    // MARK: An account from one address

    /// Counts a wrong password.
    /// - Returns: the end of the wait that it begins.
    @discardableResult
    private mutating func chargePair(_ pair: Pair, at now: Instant) -> Instant {
        var known = pairs.value(pair, at: now) ?? PairState(at: now)
        known.wrong.add(at: now, limit: LoginLimits.pairLimit)
        known.hasTurn = false
        let excess = known.wrong.value(at: now) - LoginLimits.freeAttempts
        known.opening = excess > 0 ? now + min(.seconds(1 << (excess - 1)), LoginLimits.longestWait) : now
        pairs.set(pair, known, at: now)
        return known.opening
    }

    // MARK: An account from strangers

    /// - Returns: when this attempt has its turn, if others are ahead.
    private mutating func chargeAccount(_ account: LoginAccount, at now: Instant) -> Instant? {
        var count = accounts.value(account, at: now) ?? FadingCount(interval: LoginLimits.accountInterval, at: now)
        let turn = count.room(within: LoginLimits.accountBurst)
        let turnsAhead = Int(LoginLimits.longestTurn / LoginLimits.accountInterval)
        count.add(at: now, limit: LoginLimits.accountBurst + turnsAhead)
        accounts.set(account, count, at: now)
        return turn > now ? min(turn, now + LoginLimits.longestTurn) : nil
    }

    /// Takes back what was charged for a password that was not wrong.
    private mutating func takeBack(_ pair: Pair, at now: Instant) {
        addresses.takeBack(pair.address, at: now)
        if var count = accounts.value(pair.account, at: now) {
            count.takeBack()
            accounts.set(pair.account, count, at: now)
        }
    }

    // MARK: Familiar addresses

    private func isFamiliar(_ pair: Pair, at now: Instant) -> Bool {
        familiar.value(pair.account, at: now)?.addresses.contains(pair.address) == true
    }

    /// The latest address comes last. The number for each account is limited, so that nobody can fill the table with one.
    private mutating func makeFamiliar(_ pair: Pair, at now: Instant) {
        let others = (familiar.value(pair.account, at: now)?.addresses ?? []).filter { $0 != pair.address }
        familiar.set(
            pair.account,
            .init(addresses: others.suffix(LoginLimits.familiarAddresses - 1) + [pair.address], expiry: now + LoginLimits.familiarity), at: now)
    }
}
