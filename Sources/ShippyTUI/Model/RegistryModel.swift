package import ShippyCore

/// The panel's copy of the registry.
package struct RegistryModel {
    /// Seconds for which an instance is still shown after it is gone.
    static let departureTime = 5.0
    /// Seconds for which a change is highlighted.
    static let highlightTime = 2.0

    /// The most departures kept.
    static let historyLimit = 1000

    private struct Service {
        let name: String
        var counts = StateCounts()
        var changedAt: Double
    }

    package var instances = RowList<InstanceRow>()
    /// The services that have instances, below a line for all services.
    package var services = RowList<ServiceRow>()
    /// Instances that have left, as long as the panel has been running.
    package var history = RowList<DepartureRow>()

    private(set) var counts = StateCounts()
    private(set) var revision: Int64 = 0
    private(set) var connection = Connection.loading
    /// Whether the registry has been read completely at least once.
    private(set) var isComplete = false
    private var numbered: [Service] = []
    private var serviceNumbers: [String: Int] = [:]
    /// The numbers of services whose counts have changed since ``refreshServices()``.
    private var changedServices: Set<Int> = []
    private var departed: [Int] = []
    private var departures = 0
    private var load = 0

    private(set) var changesPerSecond = 0
    private var changesOfThisSecond = 0
    private var second = 0.0

    package func row(of key: Instance.Key) -> InstanceRow? { instances.store.row(of: key) }

    /// Its number among ``ListRow/group``s, whether it has instances or not.
    mutating func number(ofService name: String) -> Int {
        if let number = serviceNumbers[name] { return number }
        serviceNumbers[name] = numbered.count
        numbered.append(Service(name: name, changedAt: -.infinity))
        return numbered.count - 1
    }

    var serviceCount: Int { numbered.count { $0.counts.living > 0 } }

    // MARK: Changes

    /// Begins a load. Instances that it does not contain are gone.
    mutating func beginLoad() {
        load += 1
    }

    mutating func add(_ page: [Instance], now: Double) {
        for instance in page { put(instance, now: now, isNews: false) }
    }

    mutating func endLoad(revision: Int64, now: Double) {
        for case let row? in instances.store.rows where row.load != load && row.departure == nil {
            delete(row.instance.key, reason: .unseen, now: now)
        }
        self.revision = revision
        isComplete = true
        connection = .live
    }

    mutating func connect(_ connection: Connection) {
        if case .stale(let since, let reason) = connection {
            self.connection.lose(reason, at: since)
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
            guard let place = instances.store.place(of: key), let row = instances.store[place], row.departure == nil, row.instance.lease != 0
            else { continue }
            instances.store[place]!.leaseEnd = now + (left[key] ?? 0)
            refreshState(place, now)
        }
    }

    mutating func setProbe(_ key: Instance.Key, _ result: ProbeResult, now: Double) {
        guard let place = instances.store.place(of: key), let old = instances.store[place], old.departure == nil else { return }
        // Count it even if its state stays the same, because it is no longer unprobed.
        var row = old
        row.probe = result
        row.state = row.currentState(now)
        count(row, instead: old)
        instances.store[place] = row
        if row.state != old.state { instances.store.note(place) }
    }

    private mutating func put(_ instance: Instance, now: Double, isNews: Bool) {
        let number: Int
        if let old = instances.store.row(of: instance.key) {
            number = old.service
            var row = InstanceRow(instance, service: number, load: load, isNews: isNews, now: now)
            if old.instance.address == instance.address { row.probe = old.probe }
            if row.leaseEnd == nil, old.instance.lease == instance.lease { row.leaseEnd = old.leaseEnd }
            if !isNews, old.departure == nil { row.changedAt = old.changedAt }
            row.state = row.currentState(now)
            count(row, instead: old)
            instances.store.put(row)
        } else {
            number = self.number(ofService: instance.service)
            let row = InstanceRow(instance, service: number, load: load, isNews: isNews, now: now)
            count(row, instead: nil)
            instances.store.put(row)
        }
        if isNews { numbered[number].changedAt = now }
    }

    private mutating func delete(_ key: Instance.Key, reason: RemovalReason, now: Double) {
        guard let place = instances.store.place(of: key), let old = instances.store[place], old.departure == nil else { return }
        instances.store[place]!.departure = InstanceRow.Departure(at: now, reason: reason)
        instances.store[place]!.changedAt = now
        numbered[old.service].changedAt = now
        refreshState(place, now)
        departed.append(place)
        departures += 1
        history.store.put(DepartureRow(id: departures, instance: old.instance, reason: reason, at: now))
        if departures > Self.historyLimit, let oldest = history.store.place(of: departures - Self.historyLimit) { history.store.remove(oldest) }
    }

    /// Removes instances that have been gone for long enough.
    mutating func forgetDeparted(_ now: Double) {
        guard let first = departed.first, isDue(first, now) else { return }
        var kept: [Int] = []
        for place in departed {
            guard let row = instances.store[place], let departure = row.departure else { continue }
            guard now - departure.at >= Self.departureTime else {
                kept.append(place)
                continue
            }
            count(nil, instead: row)
            instances.store.remove(place)
        }
        departed = kept
    }

    private func isDue(_ place: Int, _ now: Double) -> Bool {
        // An instance that came back in the meantime is no longer departed.
        instances.store[place]?.departure.map { now - $0.at >= Self.departureTime } ?? true
    }

    var hasDeparted: Bool { !departed.isEmpty }

    private mutating func refreshState(_ place: Int, _ now: Double) {
        guard let old = instances.store[place] else { return }
        let state = old.currentState(now)
        guard state != old.state else { return }
        instances.store[place]!.state = state
        count(instances.store[place], instead: old)
        instances.store.note(place)
    }

    private mutating func count(_ row: InstanceRow?, instead old: InstanceRow?) {
        if let old {
            counts[old.state] -= 1
            numbered[old.service].counts[old.state] -= 1
            changedServices.insert(old.service)
            if old.isUnprobed { counts.unprobed -= 1 }
        }
        if let row {
            counts[row.state] += 1
            numbered[row.service].counts[row.state] += 1
            changedServices.insert(row.service)
            if row.isUnprobed { counts.unprobed += 1 }
        }
    }

    /// Brings ``services`` up to date.
    mutating func refreshServices() {
        guard !changedServices.isEmpty else { return }
        for number in changedServices {
            let service = numbered[number]
            let row = ServiceRow(id: .service(service.name), counts: service.counts, changedAt: service.changedAt)
            if !service.counts.isEmpty {
                services.store.put(row)
            } else if let place = services.store.place(of: row.id) {
                services.store.remove(place)
            }
        }
        changedServices = []
        if !counts.isEmpty {
            services.store.put(ServiceRow(id: .all, counts: counts, changedAt: -.infinity))
        } else if let place = services.store.place(of: .all) {
            services.store.remove(place)
        }
    }

    // MARK: Queries

    var hasChanged: Bool { instances.store.hasChanged }

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
