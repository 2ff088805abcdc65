import ShippyCore

/// The registry's tab: its views, and what is asked of the registry and of the instances.
package struct RegistryTab: Sendable {
    /// The most leases per interval that are queried although they are not on the screen.
    private static let askedInTurn = 40

    package var model = RegistryModel()
    package internal(set) var views: [PanelView]
    /// The number of lines of the details scrolled past.
    var detailTop = 0
    private(set) var service: String?
    private let probeInterval: Double?
    private var lastAsk = -Double.infinity
    private var isAsking = false
    private var askedPlace = 0
    private var lastProbe: [Instance.Key: Double] = [:]
    /// The instances on the screen.
    var visible: [Instance.Key] = []

    init(service: String?, probeInterval: Double?) {
        views = [service.map { .instances(service: $0) } ?? .services]
        self.probeInterval = probeInterval
        show(service: service)
    }

    package var view: PanelView { views[views.count - 1] }

    /// Shows the instances of a service, or of all.
    mutating func show(service: String?) {
        let number = service.map { Int32(truncatingIfNeeded: model.number(ofService: $0)) }
        model.instances.show(group: number, isOther: service != self.service)
        self.service = service
    }

    /// Seconds between queries for lease times or, if there are no leases, for the registry itself.
    private var askInterval: Double { model.counts.living > 0 ? 1 : 5 }

    mutating func receive(_ input: PanelInput, _ now: Double) {
        switch input {
        case .loadBegun: model.beginLoad()
        case .page(let page): model.add(page, now: now)
        case .loaded(let revision): model.endLoad(revision: revision, now: now)
        case .changes(let changes, let count, let revision): model.apply(changes, count: count, revision: revision, now: now)
        case .lost(let reason): model.connect(.stale(since: now, reason: reason))
        case .timeLeft(let left, let asked):
            isAsking = false
            model.setTimeLeft(left, asked: asked, now: now)
        case .probed(let key, let result): model.setProbe(key, result, now: now)
        default: break
        }
    }

    /// What is due: queries and probes.
    mutating func tick(_ now: Double) -> [PanelEffect] {
        var effects: [PanelEffect] = []
        if !isAsking, model.isComplete, now - lastAsk >= askInterval {
            isAsking = true
            lastAsk = now
            effects.append(.askTimeLeft(visibleLeases + nextInTurn()))
        }
        let probed = dueProbes(now)
        if !probed.isEmpty { effects.append(.probe(probed)) }
        return effects
    }

    private var visibleLeases: [Instance] {
        visible.compactMap(model.row).filter { $0.departure == nil && $0.instance.lease != 0 }.map(\.instance)
    }

    /// Leases that are not on the screen are queried in turn, to keep the counts right.
    private mutating func nextInTurn() -> [Instance] {
        let rows = model.instances.store.rows
        guard rows.count > visible.count else { return [] }
        let onScreen = Set(visible)
        var instances: [Instance] = []
        for _ in 0..<min(Self.askedInTurn, rows.count) {
            askedPlace = (askedPlace + 1) % rows.count
            if let row = rows[askedPlace], row.departure == nil, row.instance.lease != 0, !onScreen.contains(row.instance.key) {
                instances.append(row.instance)
            }
        }
        return instances
    }

    private mutating func dueProbes(_ now: Double) -> [Instance] {
        // An instance shown in detail is probed more often.
        let interval = if case .detail = view { min(2, probeInterval ?? 2) } else { probeInterval }
        guard let interval else { return [] }
        let due = visible.filter { now - (lastProbe[$0] ?? -.infinity) >= interval }.compactMap(model.row).filter { $0.departure == nil }
        if lastProbe.count > 10_000 { lastProbe = lastProbe.filter { now - $0.value < interval } }
        for row in due { lastProbe[row.instance.key] = now }
        return due.map(\.instance)
    }

    /// The time of the next query; nil for never.
    func nextAsk(_ now: Double) -> Double? { model.isComplete ? max(lastAsk + askInterval, now + 0.05) : nil }
}
