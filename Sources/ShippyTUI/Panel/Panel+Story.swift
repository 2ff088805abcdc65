import ShippyCore
import ShippyStory

/// What keys act on in a story: what the selected step is about or, if that is about nothing of the kind, the last that is.
extension Panel {
    /// The mail of the story.
    var storyMail: PanelCommand.Target? {
        let steps = story.steps
        guard let id = story.selected?.text("mail_id") ?? steps.last(where: { $0.text("mail_id") != nil })?.text("mail_id") else { return nil }
        let queued = steps.first { $0.kind == .mailQueued && $0.text("mail_id") == id }
        return PanelCommand.Target(id: id, name: queued?.detail ?? id)
    }

    /// The dead letter of the story that is still open.
    var storyLetter: PanelCommand.Target? {
        let steps = story.steps
        let settled = Set(steps.filter { $0.kind == .eventReplayed || $0.kind == .eventDropped }.compactMap { $0.text("dead_letter") })
        func target(_ step: StoryStep) -> PanelCommand.Target? {
            guard step.kind == .eventDead, let sequence = step.number("seq"), !settled.contains(String(sequence)) else { return nil }
            return PanelCommand.Target(id: String(sequence), name: "\(sequence) of \(step.text("group") ?? "")")
        }
        return story.selected.flatMap(target) ?? steps.last { target($0) != nil }.flatMap(target)
    }

    /// The user of the story.
    var storyUser: PanelCommand.Target? {
        guard let subject = story.subject, let id = subject.userID ?? story.steps.lazy.compactMap({ $0.text("user_id") }).first else { return nil }
        return PanelCommand.Target(id: id, name: subject.kind == .user ? subject.name : subject.email ?? id)
    }

    /// What trying again, or giving up, means where the cursor is: mails are retried or cancelled, dead letters are replayed or dropped.
    func meant(_ verb: PanelCommand.Verb) -> PanelCommand.Verb {
        guard verb == .retry || verb == .cancel else { return verb }
        let isOfLetter =
            switch tab {
            case .events: true
            case .story: story.selected?.kind == .eventDead || (storyMail == nil && storyLetter != nil)
            default: false
            }
        return isOfLetter ? (verb == .retry ? .replay : .drop) : verb
    }

    // MARK: From a user to their mails, and back

    /// A list that a key opened with a filter of its own. Esc goes back from it.
    struct Jump: Hashable, Sendable {
        var origin: PanelTab
        var tab: PanelTab
        var filter: String
    }

    mutating func showMailsOfUser(_ now: Moment) -> [PanelEffect] {
        guard let id = tab == .story ? storyUser?.id : users.list.selected?.id else { return nothingChosen(now) }
        mails.isOpen = true
        return jump(to: .mails, "user=\(id)")
    }

    mutating func showUserOfMail(_ now: Moment) -> [PanelEffect] {
        guard tab == .story ? story.subject != nil : mails.list.selected != nil else { return nothingChosen(now) }
        guard let id = tab == .story ? storyUser?.id : mails.list.selected?.mail.userID else {
            say("nothing tells whose it is", isError: true, now)
            return []
        }
        users.isOpen = true
        return jump(to: .users, "id=\(id)")
    }

    private mutating func jump(to tab: PanelTab, _ filter: String) -> [PanelEffect] {
        let jump = Jump(origin: self.tab, tab: tab, filter: filter)
        show(tab)
        self.jump = jump
        return setFilter(filter)
    }

    /// Ends the filter of a jump, and goes back to where it began; nil if the list on the screen has another one.
    mutating func endJump() -> [PanelEffect]? {
        guard let jump, jump.tab == tab, jump.filter == filter.text else { return nil }
        let effects = setFilter("")
        show(jump.origin)
        self.jump = nil
        return effects
    }
}
