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
    private var addresses: ExpiringTable<ClientAddress?, FadingCount>
    private var networks: ExpiringTable<ClientAddress, FadingCount>
    private var accounts: ExpiringTable<LoginAccount, FadingCount>
    private var familiar: ExpiringTable<LoginAccount, Familiar>

    /// - Parameter limit: the most entries of each table.
    init(limit: Int) {
        pairs = ExpiringTable(limit: limit)
        addresses = ExpiringTable(limit: limit)
        networks = ExpiringTable(limit: limit)
        accounts = ExpiringTable(limit: limit)
        familiar = ExpiringTable(limit: limit)
    }

    /// The size of the largest table.
    var count: Int { [pairs.count, addresses.count, networks.count, accounts.count, familiar.count].max()! }

    mutating func admit(_ pair: Pair, at now: Instant) -> Result<LoginAdmission, Held> {
        let known = pairs.value(pair, at: now)
        if let known, known.opening > now { return .failure(Held(until: known.opening)) }
        if isFamiliar(pair, at: now) {
            // At the same time, as many as there are places in the queue, as long as none was wrong.
            return .success(admission(pair, known == nil ? .nothing : .pair, isFamiliar: true, at: now))
        }
        if known?.hasTurn != true {
            if let until = addressOpening(pair.address, at: now) { return .failure(Held(until: until)) }
            chargeAddress(pair.address, at: now)
            if let turn = chargeAccount(pair.account, at: now) {
                var held = known ?? PairState(at: now)
                held.opening = turn
                held.hasTurn = true
                pairs.set(pair, held, at: now)
                return .failure(Held(until: turn))
            }
        }
        return .success(admission(pair, .everything, isFamiliar: false, at: now))
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

    // MARK: An address and its network

    /// When the address and its network may try again; nil for now.
    private func addressOpening(_ address: ClientAddress?, at now: Instant) -> Instant? {
        var opening = addresses.value(address, at: now)?.room(within: LoginLimits.addressBurst) ?? now
        if let network = address?.network, network != address, let count = networks.value(network, at: now) {
            opening = max(opening, count.room(within: LoginLimits.networkBurst))
        }
        return opening > now ? opening : nil
    }

    private mutating func chargeAddress(_ address: ClientAddress?, at now: Instant) {
        var count = addresses.value(address, at: now) ?? FadingCount(interval: LoginLimits.addressInterval, at: now)
        count.add(at: now, limit: LoginLimits.addressBurst)
        addresses.set(address, count, at: now)
        guard let network = address?.network, network != address else { return }
        var ofNetwork = networks.value(network, at: now) ?? FadingCount(interval: LoginLimits.networkInterval, at: now)
        ofNetwork.add(at: now, limit: LoginLimits.networkBurst)
        networks.set(network, ofNetwork, at: now)
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
        if var count = addresses.value(pair.address, at: now) {
            count.takeBack()
            addresses.set(pair.address, count, at: now)
        }
        if let network = pair.address?.network, network != pair.address, var count = networks.value(network, at: now) {
            count.takeBack()
            networks.set(network, count, at: now)
        }
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
