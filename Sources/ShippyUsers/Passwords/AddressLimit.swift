/// A limit for each client address and, ten times as large, for each network of IPv6 (/48). Bounded.
struct AddressLimit: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How many an address may have at once; then one each `interval`.
    private let burst: Int
    private let interval: Duration
    private var addresses: ExpiringTable<ClientAddress?, FadingCount>
    private var networks: ExpiringTable<ClientAddress, FadingCount>

    /// - Parameter limit: the most entries of each table.
    init(burst: Int, interval: Duration, limit: Int) {
        self.burst = burst
        self.interval = interval
        addresses = ExpiringTable(limit: limit)
        networks = ExpiringTable(limit: limit)
    }

    /// The size of the larger table.
    var count: Int { max(addresses.count, networks.count) }

    /// When the address and its network have room for one more; nil for now.
    /// - Parameter address: nil for clients without one, which count as one client.
    func opening(_ address: ClientAddress?, at now: Instant) -> Instant? {
        var opening = addresses.value(address, at: now)?.room(within: burst) ?? now
        if let network = Self.network(address), let count = networks.value(network, at: now) {
            opening = max(opening, count.room(within: Self.factor * burst))
        }
        return opening > now ? opening : nil
    }

    mutating func charge(_ address: ClientAddress?, at now: Instant) {
        var count = addresses.value(address, at: now) ?? FadingCount(interval: interval, at: now)
        count.add(at: now, limit: burst)
        addresses.set(address, count, at: now)
        guard let network = Self.network(address) else { return }
        var ofNetwork = networks.value(network, at: now) ?? FadingCount(interval: interval / Self.factor, at: now)
        ofNetwork.add(at: now, limit: Self.factor * burst)
        networks.set(network, ofNetwork, at: now)
    }

    mutating func takeBack(_ address: ClientAddress?, at now: Instant) {
        if var count = addresses.value(address, at: now) {
            count.takeBack()
            addresses.set(address, count, at: now)
        }
        if let network = Self.network(address), var count = networks.value(network, at: now) {
            count.takeBack()
            networks.set(network, count, at: now)
        }
    }

    /// How many addresses' worth a network may have.
    private static let factor = 10

    /// nil where a limit of the network would be that of the address.
    private static func network(_ address: ClientAddress?) -> ClientAddress? { address?.network == address ? nil : address?.network }
}
