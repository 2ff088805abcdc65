import ShippyCore

extension Panel {
    /// Handles a key. Afterwards the lists are up to date, so that the next key applies to the view that this one opened.
    package mutating func handle(_ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        defer { refresh(size, now) }
        if prompt != nil { return answer(key, now) }
        guard let action = KeyBinding.action(of: key) else { return [] }
        return helpTop == nil ? perform(action, now) : performInHelp(action)
    }

    private mutating func perform(_ action: PanelAction, _ now: Moment) -> [PanelEffect] {
        switch action {
        case .move(let motion): move(motion, now)
        case .open: open(now)
        case .back: back()
        case .escape: escape(now)
        case .filter: beginFilter(now)
        case .findNext: find(1, now)
        case .findPrevious: find(-1, now)
        case .sortByNext: sort(by: 1)
        case .sortByPrevious: sort(by: -1)
        case .reverseOrder: reverseOrder()
        case .follow: follow(now)
        case .freeze: toggleFreeze()
        case .mark: mark(now)
        case .probe: return probe(now)
        case .copy: return copy(asJSON: false, now)
        case .copyJSON: return copy(asJSON: true, now)
        case .export: beginExport(now)
        case .deregister: beginDeregister(now)
        case .events: return [toggleEvents()]
        case .help: helpTop = 0
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return [.quit(isInterrupted: false)]
        case .interrupt: return [.quit(isInterrupted: true)]
        }
        return []
    }

    /// In the help, keys scroll; keys that open, go back or quit elsewhere close it.
    private mutating func performInHelp(_ action: PanelAction) -> [PanelEffect] {
        switch action {
        case .move(let motion): helpTop = scrolled(helpTop!, motion, page: listHeight)
        case .mark: helpTop = scrolled(helpTop!, .pageDown, page: listHeight)
        case .help, .open, .back, .escape, .quit, .interrupt: helpTop = nil
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        default: break
        }
        return []
    }

    // MARK: Moving

    private mutating func move(_ motion: PanelAction.Motion, _ now: Moment) {
        holdOrder(now)
        let page = max(1, listHeight - 1)
        switch view {
        case .services: select(service: services.cursor.index + motion.lines(page: page))
        case .instances: select(instance: instances.cursor.index + motion.lines(page: page))
        case .detail: detailTop = scrolled(detailTop, motion, page: page)
        }
    }

    private func scrolled(_ top: Int, _ motion: PanelAction.Motion, page: Int) -> Int { max(0, top + motion.lines(page: page)) }

    private mutating func select(instance index: Int) {
        let (shown, rows) = (instances.shown, model.rows)
        instances.cursor.select(index, count: shown.count) { rows[shown[$0]]?.instance.key }
    }

    private mutating func select(service index: Int) {
        let (list, model) = (services, model)
        services.cursor.select(index, count: list.count) { list.id(at: $0, model) }
    }

    private mutating func open(_ now: Moment) {
        switch view {
        case .services:
            guard services.count > 0, let id = services.cursor.id else { return }
            let service = id.service
            instances.setFilter(InstanceFilter())
            instances.show(service: service)
            views.append(.instances(service: service))
            releaseOrder()
        case .instances:
            guard let key = instances.cursor.id, model.row(of: key) != nil else { return }
            detailTop = 0
            views.append(.detail(key))
        case .detail: break
        }
    }

    private mutating func back() {
        guard views.count > 1 else { return }
        views.removeLast()
        releaseOrder()
    }

    private mutating func escape(_ now: Moment) {
        if !filter.text.isEmpty { return setFilter("") }
        if views.count == 1 { say("q quits", now) }
        back()
    }

    // MARK: Finding

    var filter: InstanceFilter {
        switch view {
        case .services: services.filter
        case .instances: instances.filter
        case .detail: InstanceFilter()
        }
    }

    private mutating func setFilter(_ text: String) {
        let filter = InstanceFilter(text)
        if view == .services { services.setFilter(filter) } else { instances.setFilter(filter) }
    }

    private mutating func beginFilter(_ now: Moment) {
        if case .detail = view { return say("only lists can be filtered: Esc goes back to the list", now) }
        prompt = .filter(TextField(filter.text), before: filter.text)
    }

    private mutating func find(_ step: Int, _ now: Moment) {
        guard case .instances = view, !lastFilter.isEmpty else {
            if lastFilter.isEmpty { say("no filter was used yet: / filters", now) }
            return
        }
        let wanted = InstanceFilter(lastFilter)
        let shown = instances.shown
        for distance in 1...max(1, shown.count) {
            let index = (instances.cursor.index + distance * step + distance * shown.count) % max(1, shown.count)
            guard shown.indices.contains(index) else { break }
            let place = shown[index]
            if model.texts.withTexts({ text in wanted.passes(text(place)) { model.rows[place] } }) {
                holdOrder(now)
                return select(instance: index)
            }
        }
        say("no match for \(lastFilter.quoted())", now)
    }

    private mutating func sort(by step: Int) {
        func next<Column: CaseIterable & Equatable>(_ column: Column) -> Column {
            let all = Array(Column.allCases)
            return all[(all.firstIndex(of: column)! + step + all.count) % all.count]
        }
        switch view {
        case .services: services.column = next(services.column)
        case .instances:
            var order = instances.order
            order.column = next(order.column)
            instances.setOrder(order)
        case .detail: break
        }
    }

    private mutating func reverseOrder() {
        switch view {
        case .services: services.isDescending.toggle()
        case .instances:
            var order = instances.order
            order.isDescending.toggle()
            instances.setOrder(order)
        case .detail: break
        }
    }

    private mutating func follow(_ now: Moment) {
        guard case .instances = view, instances.cursor.id != nil else { return say("only instances can be followed: select one in a list", now) }
        instances.cursor.isFollowing.toggle()
        say(instances.cursor.isFollowing ? "following \(instances.cursor.id!.id); moving the cursor stops it" : "no longer following", now)
    }

    // MARK: Doing

    /// The instances that keys act on.
    private var chosen: [Instance] {
        switch view {
        case .services: []
        case .instances: instances.chosen(model)
        case .detail(let key): model.row(of: key).map { [$0.instance] } ?? []
        }
    }

    private mutating func mark(_ now: Moment) {
        guard case .instances = view, let key = instances.cursor.id, model.row(of: key) != nil else { return }
        if instances.marks.remove(key) == nil { instances.marks.insert(key) }
        holdOrder(now)
        select(instance: instances.cursor.index + 1)
    }

    private mutating func probe(_ now: Moment) -> [PanelEffect] {
        let chosen = chosen
        guard !chosen.isEmpty else { return nothingChosen(now) }
        say("probing \(chosen.count == 1 ? chosen[0].address : "\(chosen.count) instances")", now)
        return [.probe(chosen)]
    }

    private mutating func nothingChosen(_ now: Moment) -> [PanelEffect] {
        say("no instance is selected: Enter opens a service", now)
        return []
    }

    private mutating func copy(asJSON: Bool, _ now: Moment) -> [PanelEffect] {
        let chosen = chosen
        guard !chosen.isEmpty else { return nothingChosen(now) }
        return [asJSON ? .copyJSON(chosen) : .copy(chosen.map(\.address).joined(separator: "\n"))]
    }

    private mutating func beginExport(_ now: Moment) {
        guard case .instances(let service) = view else { return say("only lists of instances can be written: Enter opens one", now) }
        prompt = .export(TextField("\(service ?? "instances").csv", isProposal: true))
    }

    private mutating func beginDeregister(_ now: Moment) {
        guard !options.isReadOnly else { return say("the panel is read-only", isError: true, now) }
        let chosen = chosen.filter { model.row(of: $0.key)?.departure == nil }
        guard !chosen.isEmpty else { return _ = nothingChosen(now) }
        if let foreign = chosen.first(where: { $0.foreignOwner != nil }) {
            return say("\(foreign.id) was registered by a \(foreign.foreignOwner!) program: shippy does not deregister it", isError: true, now)
        }
        prompt = options.context?.isProtected == true ? .deregisterProtected(chosen, TextField()) : .deregister(chosen)
    }

    // MARK: Questions

    private mutating func answer(_ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        if key == .control("z") { return [.suspend] }
        if key == .control("l") { return [.redraw] }
        switch prompt {
        case .filter(let field, let before): editFilter(field, before: before, key)
        case .export(let field): return editPath(field, key, now)
        case .deregister(let chosen):
            return deregister(chosen, isConfirmed: key == .character("y") || key == .character("Y"), now)
        case .deregisterProtected(let chosen, let field): return confirm(chosen, field, key, now)
        case nil: break
        }
        return []
    }

    private mutating func deregister(_ chosen: [Instance], isConfirmed: Bool, _ now: Moment) -> [PanelEffect] {
        prompt = nil
        guard isConfirmed else {
            say("nothing was deregistered", now)
            return []
        }
        instances.marks = []
        return [.deregister(chosen.map(\.key))]
    }

    private mutating func confirm(_ chosen: [Instance], _ field: TextField, _ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        var field = field
        switch key {
        case .enter: return deregister(chosen, isConfirmed: field.text == options.context?.name, now)
        case .escape, .control("c"): return deregister(chosen, isConfirmed: false, now)
        default:
            if field.edit(key) { prompt = .deregisterProtected(chosen, field) }
            return []
        }
    }

    private mutating func editFilter(_ field: TextField, before: String, _ key: PanelKey) {
        var field = field
        switch key {
        case .enter:
            prompt = nil
            if !field.text.isEmpty { lastFilter = field.text }
        case .escape, .control("c"):
            prompt = nil
            setFilter(before)
        case .backspace where field.text.isEmpty:
            prompt = nil
        default:
            guard field.edit(key) else { return }
            prompt = .filter(field, before: before)
            setFilter(field.text)
        }
    }

    private mutating func editPath(_ field: TextField, _ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        var field = field
        switch key {
        case .enter where !field.text.isEmpty:
            prompt = nil
            return [.export(path: field.text, instances.shown.compactMap { model.rows[$0] })]
        case .escape, .control("c"): prompt = nil
        default:
            if field.edit(key) { prompt = .export(field) }
        }
        return []
    }
}
