import ShippyCore

/// The panel: all state that determines the screen, except its size.
///
/// It performs no I/O. Keys, inputs and the clock change it; it returns effects for its caller to carry out.
package struct Panel {
    /// Seconds for which a list keeps its order after the cursor moves.
    private static let orderHold = 0.5
    /// Seconds between queries for lease times or, if there are no leases, for the registry itself.
    private var askInterval: Double { model.counts.living > 0 ? 1 : 5 }
    /// The most leases per interval that are queried although they are not on the screen.
    private static let askedInTurn = 40
    private static let messageTime = 6.0
    /// The most event lines kept.
    package static let eventLimit = 500

    package struct Message: Hashable {
        var text: String
        var isError: Bool
        var until: Double
    }

    package struct Options: Sendable {
        /// The registry's name, as the user knows it.
        package var registry: String
        /// The context in effect; nil for none.
        package var context: Context?
        /// Show only this service; nil for all.
        package var service: String?
        package var isReadOnly: Bool
        /// Seconds between probes of the instances on the screen; nil for never.
        package var probeInterval: Double?

        package struct Context: Hashable, Sendable {
            package var name: String
            /// Whether its name must be typed before something is deregistered.
            package var isProtected: Bool

            package init(name: String, isProtected: Bool) {
                self.name = name
                self.isProtected = isProtected
            }
        }

        package init(
            registry: String, context: Context? = nil, service: String? = nil, isReadOnly: Bool = false, probeInterval: Double? = 10
        ) {
            self.registry = registry
            self.context = context
            self.service = service
            self.isReadOnly = isReadOnly
            self.probeInterval = probeInterval
        }
    }

    package let options: Options
    package internal(set) var model = RegistryModel()
    package internal(set) var instances = InstanceList()
    var services = ServiceList()
    package internal(set) var views: [PanelView]
    var prompt: Prompt?
    /// The number of help lines scrolled past; nil while no help is shown.
    var helpTop: Int?
    var detailTop = 0
    package private(set) var message: Message?
    /// The number of changes waiting while the panel is frozen; nil while it is not.
    package private(set) var waiting: Int?
    /// The newest last; nil while the events pane is hidden.
    package private(set) var events: [EventLine]?
    var lastFilter = ""

    private var orderHeldUntil = 0.0
    private var lastAsk = -Double.infinity
    private var isAsking = false
    private var askedPlace = 0
    private var lastProbe: [Instance.Key: Double] = [:]
    /// The instances on the screen, as of the last ``refresh(_:_:)``.
    private var visible: [Instance.Key] = []
    /// The size of the last layout.
    private(set) var size = Size(width: 80, height: 24)
    /// The number of list lines in it.
    private(set) var listHeight = 1

    package init(_ options: Options) {
        self.options = options
        views = [options.service.map { .instances(service: $0) } ?? .services]
        instances.show(service: options.service)
    }

    package var view: PanelView { views[views.count - 1] }
    package var isFrozen: Bool { waiting != nil }

    // MARK: Inputs

    package mutating func receive(_ input: PanelInput, _ now: Moment) {
        switch input {
        case .loadBegun:
            model.beginLoad()
        case .page(let page):
            model.add(page, now: now.seconds)
        case .loaded(let revision):
            model.endLoad(revision: revision, now: now.seconds)
        case .changes(let changes, let count, let revision):
            model.apply(changes, count: count, revision: revision, now: now.seconds)
        case .lost(let reason):
            model.connect(.stale(since: now.seconds, reason: reason))
        case .timeLeft(let left, let asked):
            isAsking = false
            model.setTimeLeft(left, asked: asked, now: now.seconds)
        case .probed(let key, let result):
            model.setProbe(key, result, now: now.seconds)
        case .events(let lines):
            guard events != nil else { return }
            events!.append(contentsOf: lines.suffix(Self.eventLimit))
            events!.removeFirst(max(0, events!.count - Self.eventLimit))
        case .message(let text, let isError):
            say(text, isError: isError, now)
        }
    }

    /// Sets the number of changes waiting while the panel is frozen.
    package mutating func setWaiting(_ count: Int) {
        if isFrozen { waiting = count }
    }

    mutating func say(_ text: String, isError: Bool = false, _ now: Moment) {
        message = Message(text: text, isError: isError, until: now.seconds + Self.messageTime)
    }

    mutating func toggleFreeze() {
        waiting = isFrozen ? nil : 0
    }

    mutating func toggleEvents() -> PanelEffect {
        events = events == nil ? [] : nil
        return .followEvents(events != nil)
    }

    // MARK: The clock

    /// Performs all actions that are due at `now`.
    /// - Returns: the effects to carry out, and whether the screen has changed.
    package mutating func tick(_ now: Moment) -> (effects: [PanelEffect], hasChanged: Bool) {
        var hasChanged = model.rollSecond(now.seconds)
        if let message, message.until <= now.seconds {
            self.message = nil
            hasChanged = true
        }
        guard !isFrozen else { return ([], hasChanged) }
        var effects: [PanelEffect] = []
        if !isAsking, model.isComplete, now.seconds - lastAsk >= askInterval {
            isAsking = true
            lastAsk = now.seconds
            effects.append(.askTimeLeft(visibleLeases + nextInTurn()))
        }
        let probed = dueProbes(now)
        if !probed.isEmpty { effects.append(.probe(probed)) }
        return (effects, hasChanged)
    }

    private var visibleLeases: [Instance] {
        visible.compactMap(model.row).filter { $0.departure == nil && $0.instance.lease != 0 }.map(\.instance)
    }

    /// Leases that are not on the screen are queried in turn, to keep the counts right.
    private mutating func nextInTurn() -> [Instance] {
        let count = model.rows.count
        guard count > visible.count else { return [] }
        let onScreen = Set(visible)
        var instances: [Instance] = []
        for _ in 0..<min(Self.askedInTurn, count) {
            askedPlace = (askedPlace + 1) % count
            if let row = model.rows[askedPlace], row.departure == nil, row.instance.lease != 0, !onScreen.contains(row.instance.key) {
                instances.append(row.instance)
            }
        }
        return instances
    }

    private mutating func dueProbes(_ now: Moment) -> [Instance] {
        // An instance shown in detail is probed more often.
        let interval = if case .detail = view { min(2, options.probeInterval ?? 2) } else { options.probeInterval }
        guard let interval else { return [] }
        let due = visible.filter { now.seconds - (lastProbe[$0] ?? -.infinity) >= interval }.compactMap(model.row).filter { $0.departure == nil }
        if lastProbe.count > 10_000 { lastProbe = lastProbe.filter { now.seconds - $0.value < interval } }
        for row in due { lastProbe[row.instance.key] = now.seconds }
        return due.map(\.instance)
    }

    /// Updates lists and scrolling after all changes. Call it before drawing.
    package mutating func refresh(_ size: Size, _ now: Moment) {
        self.size = size
        let layout = PanelLayout(size, hasEvents: events != nil)
        listHeight = layout.list
        if now.seconds >= orderHeldUntil || instances.isOutdated {
            model.forgetDeparted(now.seconds)
            if view != .services { instances.refresh(&model) }
        }
        switch view {
        case .services:
            services.refresh(model)
            services.cursor.scroll(count: services.count, height: listHeight)
            visible = []
        case .instances:
            instances.cursor.scroll(count: instances.shown.count, height: listHeight)
            visible = instances.shown[instances.cursor.top...].prefix(listHeight).compactMap { model.rows[$0]?.instance.key }
        case .detail(let key):
            visible = [key]
        }
    }

    /// Keeps the order of the list while the cursor moves.
    mutating func holdOrder(_ now: Moment) {
        orderHeldUntil = now.seconds + Self.orderHold
    }

    mutating func releaseOrder() {
        orderHeldUntil = 0
    }

    /// The time of the next change by the clock alone, or of the next query; nil for never.
    package func nextTick(_ now: Moment) -> Double? {
        var next: Double?
        func at(_ time: Double) {
            if time > now.seconds { next = min(next ?? time, time) }
        }
        if let message { at(message.until) }
        if model.hasChanged, orderHeldUntil > now.seconds { at(orderHeldUntil) }
        let highlighted = visible.lazy.compactMap(model.row).contains { now.seconds - $0.changedAt < RegistryModel.highlightTime }
        if model.hasRate || model.hasDeparted || model.connection.isStale || highlighted { at(now.seconds.rounded(.down) + 1) }
        if !isFrozen, model.isComplete { at(max(lastAsk + askInterval, now.seconds + 0.05)) }
        return next
    }
}
