package import ShippyCore

/// The panel's copy of the registry.
///
/// Instances are stored at numbered places, to which lists refer, because a hundred thousand instances are too many to move.
package struct RegistryModel {
    /// Seconds for which an instance is still shown after it is gone.
    static let departureTime = 5.0
    /// Seconds for which a change is highlighted.
    static let highlightTime = 2.0

    package struct Service: Sendable {
        package let name: String
        var counts = StateCounts()
        var changedAt: Double
    }

    package private(set) var rows: [InstanceRow?] = []
    private(set) var texts = SearchTexts()
    package private(set) var services: [Service] = []
    private(set) var counts = StateCounts()
    private(set) var revision: Int64 = 0
    private(set) var connection = Connection.loading
    /// Whether the registry has been read completely at least once.
    private(set) var isComplete = false
    /// Places whose rows have changed since ``takeChanged()``. The places in `replaced` now have another instance or none.
    private var changed: [Int] = []
    private var isChanged: [Bool] = []
    private var replaced: Set<Int> = []

    private var places: [Instance.Key: Int] = [:]
    private var serviceNumbers: [String: Int] = [:]
    private var freePlaces: [Int] = []
    private var departed: [Int] = []
    private var load = 0

    private(set) var changesPerSecond = 0
    private var changesOfThisSecond = 0
    private var second = 0.0

    func place(of key: Instance.Key) -> Int? { places[key] }

    package func row(of key: Instance.Key) -> InstanceRow? { places[key].flatMap { rows[$0] } }

    func number(ofService name: String) -> Int? { serviceNumbers[name] }

    var serviceCount: Int { services.count { $0.counts.living > 0 } }

    // MARK: Changes

    /// Begins a load. Instances that it does not contain are gone.
    mutating func beginLoad() {
        load += 1
    }

    mutating func add(_ page: [Instance], now: Double) {
        for instance in page { put(instance, now: now, isNews: false) }
    }

    mutating func endLoad(revision: Int64, now: Double) {
        for case let row? in rows where row.load != load && row.departure == nil {
            delete(row.instance.key, reason: .unseen, now: now)
        }
        self.revision = revision
        isComplete = true
        connection = .live
    }

    mutating func connect(_ connection: Connection) {
        // Stale since the first failure, with the reason of the last.
        if case .stale(_, let reason) = connection, case .stale(let since, _) = self.connection {
            self.connection = .stale(since: since, reason: reason)
        } else {
            self.connection = connection
        }
    }

    /// - Parameter count: the number of changes before several changes to one instance were merged.
    mutating func apply(_ changes: some Sequence<RegistryChange>, count: Int, revision: Int64, now: Double) {
        for change in changes {
            switch change {
            case .put(let instance): put(instance, now: now, isNews: true)
            case .delete(let key, let reason): delete(key, reason: reason, now: now)
            }
        }
        self.revision = max(self.revision, revision)
        changesOfThisSecond += count
    }

    /// Sets the seconds left on leases. An instance that was asked for but is not in `left` has none left.
    mutating func setTimeLeft(_ left: [Instance.Key: Double], asked: [Instance.Key], now: Double) {
        for key in asked {
            guard let place = places[key], rows[place]!.departure == nil, rows[place]!.instance.lease != 0 else { continue }
            rows[place]!.leaseEnd = now + (left[key] ?? 0)
            refreshState(place, now)
        }
    }

    mutating func setProbe(_ key: Instance.Key, _ result: ProbeResult, now: Double) {
        guard let place = places[key], rows[place]!.departure == nil else { return }
        // Count it even if its state stays the same, because it is no longer unprobed.
        let old = rows[place]!
        rows[place]!.probe = result
        rows[place]!.state = rows[place]!.currentState(now)
        count(rows[place], instead: old)
        if rows[place]!.state != old.state { note(place) }
    }

    private mutating func put(_ instance: Instance, now: Double, isNews: Bool) {
        let key = instance.key
        if let place = places[key], let old = rows[place] {
            var row = InstanceRow(instance, service: old.service, load: load, isNews: isNews, now: now)
            if old.instance.address == instance.address { row.probe = old.probe }
            if row.leaseEnd == nil, old.instance.lease == instance.lease { row.leaseEnd = old.leaseEnd }
            if !isNews, old.departure == nil { row.changedAt = old.changedAt }
            row.state = row.currentState(now)
            count(row, instead: old)
            rows[place] = row
            texts.set(place, instance)
            note(place)
        } else {
            let row = InstanceRow(instance, service: serviceNumber(instance.service), load: load, isNews: isNews, now: now)
            let place = freePlaces.popLast() ?? rows.count
            if place == rows.count {
                rows.append(row)
                isChanged.append(false)
            } else {
                rows[place] = row
            }
            places[key] = place
            texts.set(place, instance)
            count(row, instead: nil)
            note(place)
            replaced.insert(place)
        }
        if isNews { services[rows[places[key]!]!.service].changedAt = now }
    }

    private mutating func delete(_ key: Instance.Key, reason: RemovalReason, now: Double) {
        guard let place = places[key], let old = rows[place], old.departure == nil else { return }
        rows[place]!.departure = InstanceRow.Departure(at: now, reason: reason)
        rows[place]!.changedAt = now
        services[old.service].changedAt = now
        refreshState(place, now)
        departed.append(place)
    }

    /// Removes instances that have been gone for long enough.
    mutating func forgetDeparted(_ now: Double) {
        guard let first = departed.first, isDue(first, now) else { return }
        var kept: [Int] = []
        for place in departed {
            guard let row = rows[place], let departure = row.departure else { continue }
            guard now - departure.at >= Self.departureTime else {
                kept.append(place)
                continue
            }
            count(nil, instead: row)
            places[row.instance.key] = nil
            rows[place] = nil
            freePlaces.append(place)
            note(place)
            replaced.insert(place)
        }
        departed = kept
    }

    private func isDue(_ place: Int, _ now: Double) -> Bool {
        // An instance that came back in the meantime is no longer departed.
        rows[place]?.departure.map { now - $0.at >= Self.departureTime } ?? true
    }

    var hasDeparted: Bool { !departed.isEmpty }

    private mutating func refreshState(_ place: Int, _ now: Double) {
        guard let old = rows[place] else { return }
        let state = old.currentState(now)
        guard state != old.state else { return }
        rows[place]!.state = state
        count(rows[place], instead: old)
        note(place)
    }

    private mutating func count(_ row: InstanceRow?, instead old: InstanceRow?) {
        if let old {
            counts[old.state] -= 1
            services[old.service].counts[old.state] -= 1
            if old.isUnprobed { counts.unprobed -= 1 }
        }
        if let row {
            counts[row.state] += 1
            services[row.service].counts[row.state] += 1
            if row.isUnprobed { counts.unprobed += 1 }
        }
    }

    private mutating func serviceNumber(_ name: String) -> Int {
        if let number = serviceNumbers[name] { return number }
        serviceNumbers[name] = services.count
        services.append(Service(name: name, changedAt: -.infinity))
        return services.count - 1
    }

    // MARK: Queries

    private mutating func note(_ place: Int) {
        guard !isChanged[place] else { return }
        isChanged[place] = true
        changed.append(place)
    }

    var hasChanged: Bool { !changed.isEmpty }

    /// Returns the places whose rows are new, changed or gone since the last call, and which of them now have another instance
    /// or none.
    mutating func takeChanged() -> (all: [Int], replaced: Set<Int>) {
        for place in changed { isChanged[place] = false }
        defer { (changed, replaced) = ([], []) }
        return (changed, replaced)
    }

    /// Updates the number of changes per second.
    /// - Returns: whether the rate has changed.
    mutating func rollSecond(_ now: Double) -> Bool {
        guard now - second >= 1 else { return false }
        let rate = Int((Double(changesOfThisSecond) / max(1, min(now - second, 2))).rounded())
        defer { changesPerSecond = rate }
        second = now
        changesOfThisSecond = 0
        return rate != changesPerSecond
    }

    var hasRate: Bool { changesPerSecond > 0 || changesOfThisSecond > 0 }
}
