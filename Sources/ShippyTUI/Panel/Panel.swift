import ShippyCore

/// The panel: all state that determines the screen, except its size.
///
/// It performs no I/O. Keys, inputs and the clock change it; it returns effects for its caller to carry out.
package struct Panel: Sendable {
    /// Seconds for which a list keeps its order after the cursor moves.
    private static let orderHold = 0.5
    private static let messageTime = 6.0
    /// The most events kept.
    package static let eventLimit = 5000
    /// Seconds between two readings of the users or mails on the screen.
    private static let lookInterval = 2.0
    /// The most users or mails that are read again although they are not on the screen.
    private static let lookedAtInTurn = 20
    /// The most services whose instances expired at once that are named.
    private static let notedServices = 5

    package struct Message: Hashable, Sendable {
        var text: String
        var isError: Bool
        var until: Double
    }

    package struct Options: Sendable {
        /// The engines' names, as the user knows them.
        package var registry: String
        package var store: String
        package var bus: String
        /// The context in effect; nil for none.
        package var context: Context?
        /// Who the services take the user for, such as `ada@example.com`; nil if nothing was presented.
        package var access: String?
        /// The tab to begin with.
        package var tab: PanelTab
        /// Show only this service; nil for all.
        package var service: String?
        package var isReadOnly: Bool
        /// Seconds between probes of the instances on the screen; nil for never.
        package var probeInterval: Double?

        package struct Context: Hashable, Sendable {
            package var name: String
            /// Whether its name must be typed before something is changed.
            package var isProtected: Bool

            package init(name: String, isProtected: Bool) {
                self.name = name
                self.isProtected = isProtected
            }
        }

        package init(
            registry: String, store: String = "embedded", bus: String = "embedded", context: Context? = nil, access: String? = nil,
            tab: PanelTab = .registry, service: String? = nil, isReadOnly: Bool = false, probeInterval: Double? = 10
        ) {
            self.registry = registry
            self.store = store
            self.bus = bus
            self.context = context
            self.access = access
            self.tab = tab
            self.service = service
            self.isReadOnly = isReadOnly
            self.probeInterval = probeInterval
        }
    }

    package let options: Options
    package internal(set) var tab: PanelTab
    package internal(set) var registry: RegistryTab
    package internal(set) var users = FeedList<UserRow>()
    package internal(set) var mails = FeedList<MailRow>()
    package internal(set) var events = RowList<EventRow>()
    private(set) var eventsConnection = Connection.loading
    package internal(set) var overview = Overview()
    package internal(set) var story = StoryPane()

    var prompt: Prompt?
    /// The number of help lines scrolled past; nil while no help is shown.
    var helpTop: Int?
    /// The mail that is shown over its list; nil for none.
    var body: MailBody?
    package private(set) var message: Message?
    /// The number of changes waiting while the panel is frozen; nil while it is not.
    package private(set) var waiting: Int?
    /// Whether new events are shown below the registry.
    var showsEventsPane = false
    private var followsEvents = false
    /// No event with an earlier ID is kept.
    private var oldestEvent = 0
    var lastFilter = ""
    var jump: Jump?

    private var orderHeldUntil = 0.0
    private var turn = 0
    /// The size of the last layout.
    private(set) var size = Size(width: 80, height: 24)
    /// The number of list lines in it.
    private(set) var listHeight = 1

    package init(_ options: Options) {
        self.options = options
        tab = options.tab
        registry = RegistryTab(service: options.service, probeInterval: options.probeInterval)
        events.cursor.isAtFirst = true
    }

    package var model: RegistryModel { registry.model }
    package var isFrozen: Bool { waiting != nil }

    /// The list on the screen; nil if there is none.
    var place: ListPlace? {
        switch tab {
        case .overview, .story: nil
        case .users: .users
        case .mails: .mails
        case .events: .events
        case .registry:
            switch registry.view {
            case .services: .services
            case .instances: .instances
            case .history: .history
            case .detail: nil
            }
        }
    }

    /// The engine behind the tab.
    var connection: Connection {
        switch tab {
        case .overview: overview.firstOutage ?? (registry.model.connection.isStale ? registry.model.connection : .live)
        case .users: users.connection
        case .mails: mails.connection
        case .events: eventsConnection
        case .registry: registry.model.connection
        case .story: story.subject == nil ? .live : story.connection
        }
    }

    // MARK: Inputs

    package mutating func receive(_ input: PanelInput, _ now: Moment) {
        switch input {
        case .loadBegun, .page, .loaded, .timeLeft, .probed:
            registry.receive(input, now.seconds)
        case .changes(let changes, _, _):
            registry.receive(input, now.seconds)
            noteExpired(changes, now)
        case .lost(let reason):
            if !registry.model.connection.isStale { overview.receive(.away(.registry, reason: reason), now) }
            registry.receive(input, now.seconds)
        case .users(let news): users.receive(news, now)
        case .mails(let news): mails.receive(news, now)
        case .events(let rows, let created):
            eventsConnection = .live
            add(rows, now)
            overview.creations.add(created, now.wall)
        case .eventsLost(let reason?):
            if !eventsConnection.isStale { overview.receive(.away(.bus, reason: reason), now) }
            eventsConnection.lose(reason, at: now.seconds)
        case .eventsLost(nil): eventsConnection = .live
        case .overview(let news): overview.receive(news, now)
        case .story(let subject, let steps, let failure): story.receive(subject, steps, failure: failure, now)
        case .body(let id, let lines): body?.receive(id, lines)
        case .message(let text, let isError):
            if isError, body?.lines == nil { body = nil }
            // It may have changed what the story tells.
            story.hurry()
            if isError { overview.note(text, now) }
            say(text, isError: isError, now)
        }
    }

    /// An instance that expired has died; one that was deregistered was stopped.
    private mutating func noteExpired(_ changes: [RegistryChange], _ now: Moment) {
        var counts: [String: Int] = [:]
        for case .delete(let key, reason: .expired) in changes { counts[key.service, default: 0] += 1 }
        let services = counts.sorted { $0.key < $1.key }
        if services.count > Self.notedServices { overview.note("instances of \(services.count) services expired", now) }
        for (service, count) in services.prefix(Self.notedServices) {
            overview.note("\(PanelRenderer.counted(count, "instance")) of \(service) expired without being deregistered", now)
        }
    }

    private mutating func add(_ rows: [EventRow], _ now: Moment) {
        for var row in rows {
            // Replayed events are no news.
            if (now.wall - row.time).seconds < 5 { row.changedAt = now.seconds }
            events.store.put(row)
            if row.isNotice { overview.note(row.text, now) }
        }
        while events.store.count > Self.eventLimit {
            events.store.place(of: oldestEvent).map { events.store.remove($0) }
            oldestEvent += 1
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

    // MARK: The clock

    /// Performs all actions that are due at `now`.
    /// - Returns: the effects to carry out, and whether the screen has changed.
    package mutating func tick(_ now: Moment) -> (effects: [PanelEffect], hasChanged: Bool) {
        var hasChanged = registry.model.rollSecond(now.seconds)
        if let message, message.until <= now.seconds {
            self.message = nil
            hasChanged = true
        }
        guard !isFrozen else { return ([], hasChanged) }
        return (opened() + registry.tick(now.seconds) + due(now), hasChanged)
    }

    /// Begins to read what the tab shows.
    private mutating func opened() -> [PanelEffect] {
        var effects: [PanelEffect] = []
        switch tab {
        case .users: users.isOpen = true
        case .mails: mails.isOpen = true
        case .overview, .events, .registry, .story: break
        }
        if tab != .registry, !overview.isOpen {
            overview.isOpen = true
            effects.append(.followOverview)
        }
        if tab == .events || tab == .overview || tab == .users || showsEventsPane, !followsEvents {
            followsEvents = true
            effects.append(.followEvents)
        }
        return effects
    }

    private mutating func due(_ now: Moment) -> [PanelEffect] {
        switch tab {
        case .users: return due(\.users, .users, now.seconds)
        case .mails: return due(\.mails, .mails, now.seconds)
        case .story: return story.due(now.seconds).map { [.readStory($0)] } ?? []
        case .overview, .events, .registry: return []
        }
    }

    private mutating func due<Row>(_ list: WritableKeyPath<Panel, FeedList<Row>>, _ feed: PanelEffect.Feed, _ now: Double) -> [PanelEffect] {
        var effects: [PanelEffect] = []
        if let after = self[keyPath: list].nextPage(height: listHeight, now) { effects.append(.readPage(feed, after: after)) }
        let ids = lookedAt(self[keyPath: list].list)
        if let wanted = self[keyPath: list].lookAgain(ids, every: Self.lookInterval, now) {
            effects.append(.lookAgain(feed, wanted.ids, newest: wanted.after))
        }
        return effects
    }

    /// The items on the screen, and some others in turn.
    private mutating func lookedAt<Row: ListRow>(_ list: RowList<Row>) -> [Row.ID] {
        let visible = list.visible(listHeight).map(\.id)
        guard list.shown.count > visible.count else { return visible }
        turn += Self.lookedAtInTurn
        let others = (0..<min(Self.lookedAtInTurn, list.shown.count)).compactMap { list.row(at: (turn + $0) % list.shown.count)?.id }
        return visible + others.filter { !visible.contains($0) }
    }

    /// Searches again what was not read, after the list begins to show other items.
    mutating func searched() -> [PanelEffect] {
        switch tab {
        case .users: searched(\.users, .users)
        case .mails: searched(\.mails, .mails)
        case .overview, .events, .registry, .story: []
        }
    }

    private mutating func searched<Row>(_ list: WritableKeyPath<Panel, FeedList<Row>>, _ feed: PanelEffect.Feed) -> [PanelEffect] {
        let wasSearching = self[keyPath: list].search != nil
        let number = self[keyPath: list].beginSearch()
        guard number != nil || wasSearching else { return [] }
        let wanted = number == nil ? nil : self[keyPath: list].list.search
        return [.search(feed, wanted, after: self[keyPath: list].lastID, number: number ?? 0)]
    }

    /// Updates lists and scrolling after all changes. Call it before drawing.
    package mutating func refresh(_ size: Size, _ now: Moment) {
        self.size = size
        listHeight = PanelLayout(size, self).list
        let isFree = now.seconds >= orderHeldUntil
        registry.visible = []
        switch tab {
        case .users: if isFree || users.list.isOutdated { users.list.refresh() }
        case .mails: if isFree || mails.list.isOutdated { mails.list.refresh() }
        case .events: if isFree || events.isOutdated { events.refresh() }
        case .overview:
            registry.model.forgetDeparted(now.seconds)
            registry.model.refreshServices()
        case .story: break
        case .registry: refreshRegistry(isFree, now)
        }
        perform(.scroll(height: listHeight))
        if place == .instances { registry.visible = registry.model.instances.visible(listHeight).map(\.id) }
    }

    private mutating func refreshRegistry(_ isFree: Bool, _ now: Moment) {
        let view = registry.view
        let isOutdated = view != .services && registry.model.instances.isOutdated
        if isFree || isOutdated { registry.model.forgetDeparted(now.seconds) }
        if view == .services {
            registry.model.refreshServices()
            registry.model.services.refresh()
        } else if isFree || isOutdated {
            registry.model.instances.refresh()
        }
        if view == .history { registry.model.history.refresh() }
        if case .detail(let key) = view { registry.visible = [key] }
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
        func eachSecond() { at(now.seconds.rounded(.down) + 1) }
        if let message { at(message.until) }
        if hasHeldChanges, orderHeldUntil > now.seconds { at(orderHeldUntil) }
        let model = registry.model
        if model.hasRate || (tab == .registry && model.hasDeparted) || connection.isStale || showsNews(now) { eachSecond() }
        guard !isFrozen else { return next }
        if let ask = registry.nextAsk(now.seconds) { at(ask) }
        switch tab {
        case .overview: if !overview.creations.isQuiet(now.wall) { eachSecond() }
        case .users:
            if let ask = users.nextAsk(every: Self.lookInterval) { at(max(ask, now.seconds + 0.05)) }
            if overview.creations.last(4, now.wall).contains(where: { $0 > 0 }) { eachSecond() }
        case .mails:
            if let ask = mails.nextAsk(every: Self.lookInterval) { at(max(ask, now.seconds + 0.05)) }
            if mails.list.visible(listHeight).contains(where: { $0.mail.state == .queued }) { eachSecond() }
        case .story: if let read = story.nextRead { at(max(read, now.seconds + 0.05)) }
        case .events: break
        case .registry: if registry.view == .history, model.history.store.count > 0 { eachSecond() }
        }
        return next
    }

    private var hasHeldChanges: Bool {
        switch tab {
        case .users: users.list.store.hasChanged
        case .mails: mails.list.store.hasChanged
        case .events: events.store.hasChanged
        case .registry: registry.model.hasChanged
        case .overview, .story: false
        }
    }

    /// Whether a highlighted line is on the screen.
    private func showsNews(_ now: Moment) -> Bool {
        func isNews(_ changedAt: Double) -> Bool { now.seconds - changedAt < RegistryModel.highlightTime }
        return switch place {
        case .users: users.list.visible(listHeight).contains { isNews($0.changedAt) }
        case .mails: mails.list.visible(listHeight).contains { isNews($0.changedAt) }
        case .events: events.visible(listHeight).contains { isNews($0.changedAt) }
        case .services, .history: false
        case .instances, nil: registry.visible.lazy.compactMap(registry.model.row).contains { isNews($0.changedAt) }
        }
    }

    // MARK: Lists

    /// Tells the list on the screen to do something.
    @discardableResult
    mutating func perform(_ command: ListCommand) -> Bool {
        switch place {
        case .services: registry.model.services.perform(command)
        case .instances: registry.model.instances.perform(command)
        case .history: registry.model.history.perform(command)
        case .users: users.list.perform(command)
        case .mails: mails.list.perform(command)
        case .events: events.perform(command)
        case nil: false
        }
    }

    var listState: ListState? {
        switch place {
        case .services: registry.model.services.state
        case .instances: registry.model.instances.state
        case .history: registry.model.history.state
        case .users: users.list.state
        case .mails: mails.list.state
        case .events: events.state
        case nil: nil
        }
    }

    package var filter: RowFilter { listState?.filter ?? RowFilter() }
}

extension Overview {
    /// nil if neither store nor bus is away.
    var firstOutage: Connection? { [store.connection, bus.connection].first(where: \.isStale) }
}
