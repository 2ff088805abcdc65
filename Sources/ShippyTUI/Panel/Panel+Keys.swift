import ShippyCore

extension Panel {
    /// Handles a key. Afterwards the lists are up to date, so that the next key applies to the view that this one opened.
    package mutating func handle(_ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        defer { refresh(size, now) }
        if prompt != nil { return answer(key, now) }
        guard let action = KeyBinding.action(of: key, in: tab) else { return [] }
        if helpTop != nil { return performInHelp(action, now) }
        return body == nil ? perform(action, now) : performInBody(action, now)
    }

    /// Handles a click on this part of the screen.
    package mutating func click(_ target: Screen.Target, _ now: Moment) -> [PanelEffect] {
        defer { refresh(size, now) }
        guard prompt == nil else { return [] }
        switch target {
        case .tab(let tab): return perform(.tab(tab), now)
        case .row(let index):
            guard helpTop == nil, body == nil else { return [] }
            let isSelected = listState?.cursor == index
            if isSelected { return perform(.open, now) }
            if perform(.select(index)) { holdOrder(now) }
            return []
        }
    }

    /// Scrolls by lines, as a mouse wheel does.
    package mutating func scroll(by lines: Int, _ now: Moment) {
        defer { refresh(size, now) }
        if helpTop != nil {
            helpTop = max(0, helpTop! + lines)
        } else if body != nil {
            body!.top = max(0, body!.top + lines)
        } else if place != nil {
            if perform(.scrollBy(lines, height: listHeight)) { holdOrder(now) }
        } else if tab == .story {
            story.move(lines)
        } else {
            registry.detailTop = max(0, registry.detailTop + lines)
        }
    }

    mutating func perform(_ action: PanelAction, _ now: Moment) -> [PanelEffect] {
        switch action {
        case .tab(let tab): show(tab)
        case .nextTab: show(tab.next(1))
        case .previousTab: show(tab.next(-1))
        case .move(let motion): move(motion, now)
        case .open: open(now)
        case .back: return back()
        case .escape: return escape(now)
        case .filter: beginFilter(now)
        case .findNext: find(1, now)
        case .findPrevious: find(-1, now)
        case .sortByNext: sort(.sort(1), now)
        case .sortByPrevious: sort(.sort(-1), now)
        case .reverseOrder: sort(.reverse, now)
        case .problems: return toggleProblems(now)
        case .history: toggleHistory()
        case .follow: follow(now)
        case .freeze: toggleFreeze()
        case .mark: if perform(.mark) { holdOrder(now) }
        case .probe: return probe(now)
        case .copy: return copy(now)
        case .copyJSON: return copyJSON(now)
        case .export: beginExport(now)
        case .eventsPane: showsEventsPane.toggle()
        case .body: return showBody(now)
        case .change(let verb): ask(verb, now)
        case .edit: beginEdit(now)
        case .mailsOfUser: return showMailsOfUser(now)
        case .userOfMail: return showUserOfMail(now)
        case .palette: prompt = .palette(TextField(), index: 0)
        case .help: helpTop = 0
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        case .quit: return [.quit(isInterrupted: false)]
        case .interrupt: return [.quit(isInterrupted: true)]
        }
        return []
    }

    /// In the help, keys scroll; keys that open, go back or quit elsewhere close it.
    private mutating func performInHelp(_ action: PanelAction, _ now: Moment) -> [PanelEffect] {
        switch action {
        case .move(let motion): helpTop = scrolled(helpTop!, motion, page: listHeight)
        case .mark: helpTop = scrolled(helpTop!, .pageDown, page: listHeight)
        case .help, .open, .back, .escape, .quit, .interrupt: helpTop = nil
        case .tab, .nextTab, .previousTab:
            helpTop = 0
            return perform(action, now)
        case .redraw: return [.redraw]
        case .suspend: return [.suspend]
        default: break
        }
        return []
    }

    private mutating func showBody(_ now: Moment) -> [PanelEffect] {
        guard let selected = mails.list.selected else { return nothingChosen(now) }
        body = MailBody(id: selected.id)
        return [.readBody(selected.id)]
    }

    /// While a mail is shown, keys scroll; keys that open, go back or quit elsewhere close it.
    private mutating func performInBody(_ action: PanelAction, _ now: Moment) -> [PanelEffect] {
        switch action {
        case .move(let motion): body!.top = scrolled(body!.top, motion, page: listHeight)
        case .mark: body!.top = scrolled(body!.top, .pageDown, page: listHeight)
        case .body, .open, .back, .escape, .quit, .interrupt: body = nil
        case .tab, .nextTab, .previousTab, .change, .copy, .help, .palette, .redraw, .suspend: return perform(action, now)
        default: break
        }
        return []
    }

    // MARK: Moving

    mutating func show(_ tab: PanelTab) {
        body = nil
        self.tab = tab
        releaseOrder()
    }

    private mutating func move(_ motion: PanelAction.Motion, _ now: Moment) {
        let page = max(1, listHeight - 1)
        if place == .events, motion == .first {
            stayAtNewestEvent()
            return releaseOrder()
        }
        if place != nil {
            // The selection is remembered before the list may change under it.
            if perform(.move(motion.lines(page: page))) { holdOrder(now) }
        } else if tab == .story {
            story.move(motion.lines(page: page))
        } else if tab == .registry {
            registry.detailTop = scrolled(registry.detailTop, motion, page: page)
        }
    }

    private mutating func stayAtNewestEvent() {
        perform(.select(0))
        events.cursor.isAtFirst = true
    }

    private func scrolled(_ top: Int, _ motion: PanelAction.Motion, page: Int) -> Int { max(0, top + motion.lines(page: page)) }

    private mutating func open(_ now: Moment) {
        switch place {
        case .services:
            guard let selected = registry.model.services.selected else { return }
            registry.model.instances.setFilter(RowFilter())
            registry.show(service: selected.id.service)
            registry.views.append(.instances(service: selected.id.service))
            releaseOrder()
        case .instances:
            guard let selected = registry.model.instances.selected else { return }
            registry.detailTop = 0
            registry.views.append(.detail(selected.id))
        case .history:
            guard let row = registry.model.history.selected else { return }
            say("\(row.instance.service) \(row.instance.id) left: \(row.reason.rawValue)", now)
        case .users, .mails, .events:
            guard let subject = selectedSubject else {
                if place == .events, events.selected != nil { say("a notice has no story", now) }
                return
            }
            story.open(subject, from: tab)
            show(.story)
        case nil: break
        }
    }

    private mutating func back() -> [PanelEffect] {
        if tab == .story, story.subject != nil { show(story.origin) }
        guard tab == .registry, registry.views.count > 1 else { return [] }
        registry.views.removeLast()
        releaseOrder()
        return []
    }

    private mutating func escape(_ now: Moment) -> [PanelEffect] {
        if let effects = endJump() { return effects }
        if !filter.text.isEmpty { return setFilter("") }
        if listState.map({ $0.marked > 0 }) ?? false {
            clearMarks()
            return []
        }
        if tab == .story, story.subject != nil { return back() }
        if tab != .registry || registry.views.count == 1 { say("q quits", now) }
        return back()
    }

    private mutating func toggleHistory() {
        if registry.view == .history {
            registry.views.removeLast()
        } else {
            registry.views.append(.history)
        }
        releaseOrder()
    }

    // MARK: Finding

    mutating func setFilter(_ text: String) -> [PanelEffect] {
        perform(.setFilter(RowFilter(text)))
        return searched()
    }

    private mutating func beginFilter(_ now: Moment) {
        guard place != nil else { return say("only lists can be filtered: Esc goes back to the list", now) }
        prompt = .filter(TextField(filter.text), before: filter.text)
    }

    private mutating func find(_ step: Int, _ now: Moment) {
        guard !lastFilter.isEmpty else { return say("no filter was used yet: / filters", now) }
        guard place != nil else { return }
        if perform(.find(RowFilter(lastFilter), step: step)) {
            holdOrder(now)
        } else {
            say("no match for \(lastFilter.quoted())", now)
        }
    }

    private mutating func toggleProblems(_ now: Moment) -> [PanelEffect] {
        guard place != nil else { return [] }
        perform(.toggleProblems)
        say(listState?.showsOnlyProblems == true ? "only problems are shown: ! shows everything" : "everything is shown", now)
        return searched()
    }

    /// The column may have no room on the screen.
    private mutating func sort(_ command: ListCommand, _ now: Moment) {
        perform(command)
        if let state = listState { say("sorted by \(state.sortedBy.lowercased()), \(state.isDescending ? "descending" : "ascending")", now) }
    }

    private mutating func follow(_ now: Moment) {
        if place == .events {
            if events.cursor.isAtFirst { events.cursor.isAtFirst = false } else { stayAtNewestEvent() }
            return say(events.cursor.isAtFirst ? "staying at the newest event; moving the cursor stops it" : "no longer following", now)
        }
        guard place == .instances, let selected = registry.model.instances.cursor.id else {
            return say("only instances can be followed: select one in a list", now)
        }
        perform(.toggleFollowing)
        let isFollowing = registry.model.instances.cursor.isFollowing
        say(isFollowing ? "following \(selected.id); moving the cursor stops it" : "no longer following", now)
    }

    // MARK: Doing

    /// The instances that keys act on.
    var chosenInstances: [Instance] {
        guard tab == .registry else { return [] }
        return switch registry.view {
        case .services, .history: []
        case .instances: registry.model.instances.chosen.map(\.instance)
        case .detail(let key): registry.model.row(of: key).map { [$0.instance] } ?? []
        }
    }

    private mutating func probe(_ now: Moment) -> [PanelEffect] {
        let chosen = chosenInstances
        guard !chosen.isEmpty else { return nothingChosen(now) }
        say("probing \(chosen.count == 1 ? chosen[0].address : "\(chosen.count) instances")", now)
        return [.probe(chosen)]
    }

    mutating func nothingChosen(_ now: Moment) -> [PanelEffect] {
        say(tab == .registry ? "no instance is selected: Enter opens a service" : "nothing is selected", now)
        return []
    }

    private mutating func copy(_ now: Moment) -> [PanelEffect] {
        let text = tab == .registry ? chosenInstances.map(\.address).joined(separator: "\n") : showCommands.joined(separator: "\n")
        return text.isEmpty ? nothingChosen(now) : [.copy(text)]
    }

    private mutating func copyJSON(_ now: Moment) -> [PanelEffect] {
        let chosen = chosenInstances
        return chosen.isEmpty ? nothingChosen(now) : [.copyJSON(chosen)]
    }

    private mutating func beginExport(_ now: Moment) {
        guard case .instances(let service) = registry.view else { return say("only lists of instances can be written: Enter opens one", now) }
        prompt = .export(TextField("\(service ?? "instances").csv", isProposal: true))
    }
}
