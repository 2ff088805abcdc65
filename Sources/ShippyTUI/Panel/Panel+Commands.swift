import ShippyCore
import ShippyStory

/// What can be done to the selected or marked items, as commands of shippy do it.
extension Panel {
    /// The change that this verb would make now; nil if nothing is chosen.
    func command(_ verb: PanelCommand.Verb) -> PanelCommand? {
        let targets: [PanelCommand.Target]
        let verb = meant(verb)
        switch verb {
        case .disable where tab == .story, .enable where tab == .story: targets = storyUser.map { [$0] } ?? []
        case .disable, .enable, .delete, .update:
            guard tab == .users else { return nil }
            targets = users.list.chosen.filter { !$0.isGone }.map { PanelCommand.Target(id: $0.id, name: $0.name) }
        case .retry where tab == .story, .resend where tab == .story, .cancel where tab == .story: targets = storyMail.map { [$0] } ?? []
        case .replay, .drop: targets = tab == .story ? storyLetter.map { [$0] } ?? [] : chosenLetters
        case .retry: targets = mails { $0 == .queued || $0 == .dead || $0 == .cancelled }
        case .resend: targets = mails { $0 == .sent || $0 == .dead || $0 == .cancelled }
        case .cancel: targets = mails { $0 == .queued || $0 == .dead }
        case .deregister:
            targets = chosenInstances.filter { registry.model.row(of: $0.key)?.departure == nil }
                .map { PanelCommand.Target(id: $0.id, name: $0.id, service: $0.service) }
        }
        return targets.isEmpty ? nil : PanelCommand(verb, targets)
    }

    /// The dead letters among the chosen events.
    private var chosenLetters: [PanelCommand.Target] {
        guard tab == .events else { return [] }
        return events.chosen.compactMap { row in
            guard let sequence = row.sequence, let group = Subject(unchecked: row.subject).deadLetterGroup else { return nil }
            return PanelCommand.Target(id: String(sequence), name: "\(sequence) of \(group)")
        }
    }

    /// The chosen mails in such a state.
    private func mails(_ isMeant: (Mail.State) -> Bool) -> [PanelCommand.Target] {
        guard tab == .mails else { return [] }
        return mails.list.chosen.filter { !$0.isGone && isMeant($0.mail.state) }.map { PanelCommand.Target(id: $0.id, name: "to \($0.name)") }
    }

    /// Asks before it changes anything.
    mutating func ask(_ verb: PanelCommand.Verb, _ now: Moment) {
        guard mayChange(now) else { return }
        guard let command = command(verb) else {
            if let reason = meant(verb).refusal, listState?.hasSelection == true { return say(reason, isError: true, now) }
            if tab == .story, story.subject != nil {
                return say("there is no \(PanelCommand(meant(verb), []).noun) in this story", isError: true, now)
            }
            return _ = nothingChosen(now)
        }
        if verb == .deregister, let foreign = chosenInstances.first(where: { $0.foreignOwner != nil }) {
            return say("\(foreign.id) was registered by a \(foreign.foreignOwner!) program: shippy does not deregister it", isError: true, now)
        }
        ask(command)
    }

    private mutating func mayChange(_ now: Moment) -> Bool {
        if options.isReadOnly { say("the panel is read-only", isError: true, now) }
        return !options.isReadOnly
    }

    mutating func ask(_ command: PanelCommand) {
        prompt = options.context?.isProtected == true ? .protectedQuestion(command, TextField()) : .question(command)
    }

    /// Asks for a new value first.
    mutating func beginEdit(_ now: Moment) {
        guard mayChange(now) else { return }
        let user = tab == .story ? storyUser : users.list.selected.map { PanelCommand.Target(id: $0.id, name: $0.name) }
        guard let user else { return _ = nothingChosen(now) }
        prompt = .edit(TextField("email="), user, fault: nil)
    }

    /// The word for a change in the footer; nil if it has nothing to act on.
    func hint(_ verb: PanelCommand.Verb) -> String? {
        guard !options.isReadOnly, command(verb) != nil else { return nil }
        return meant(verb).rawValue
    }

    /// Forgets the marks of the list on the screen.
    mutating func clearMarks() {
        perform(.clearMarks)
    }

    /// The commands that show what is chosen, each a line for a shell.
    var showCommands: [String] {
        let context = options.context.map { " --context \($0.name.shellWord)" } ?? ""
        return switch tab {
        case .users: users.list.chosen.map { "shippy user get \($0.name.shellWord)\(context)" }
        case .mails: mails.list.chosen.map { "shippy mail show \($0.id.shellWord)\(context)" }
        case .events:
            events.chosen.compactMap(\.sequence).map { "shippy events tail '>' --from-seq \($0) --count 1\(context)" }
        case .registry: chosenInstances.map { "shippy registry list \($0.service.shellWord)\(context)" }
        case .story: story.subject.map(storyCommands) ?? []
        case .overview: ["shippy status\(context)"]
        }
    }

    /// The command that tells the same story; none for an event without an ID.
    func storyCommands(_ subject: StorySubject) -> [String] {
        let context = options.context.map { " --context \($0.name.shellWord)" } ?? ""
        return subject.id.isEmpty ? [] : ["shippy story \(subject.id.shellWord)\(context)"]
    }

    /// The story of what is selected.
    var selectedSubject: StorySubject? {
        switch place {
        case .users:
            users.list.selected.map { row in
                StorySubject(.user, id: row.id, name: row.name, email: row.name, userID: row.id, since: row.user.createdAt)
            }
        case .mails:
            mails.list.selected.map { row in
                StorySubject(
                    .mail, id: row.id, name: "mail to \(row.name)", email: row.name, eventID: row.mail.eventID, requestID: row.mail.requestID,
                    since: row.mail.createdAt)
            }
        case .events:
            events.selected.flatMap { row in
                row.isNotice
                    ? nil
                    : StorySubject(
                        .event, id: row.eventID, name: "event \(row.sequence ?? 0) \(row.subject)", email: row.email, userID: row.userID,
                        eventID: row.eventID, requestID: row.requestID, since: row.time)
            }
        case .services, .instances, .history, nil: nil
        }
    }
}

extension PanelCommand.Verb {
    /// Why it changes none of the chosen mails.
    fileprivate var refusal: String? {
        switch self {
        case .retry: "only queued, dead and cancelled mails can be tried again"
        case .resend: "only sent, dead and cancelled mails can be sent once more"
        case .cancel: "only queued and dead mails can be cancelled"
        case .replay, .drop: "only dead letters can be \(self == .replay ? "replayed" : "dropped"): their subject begins with dead-letter"
        case .disable, .enable, .delete, .update, .deregister: nil
        }
    }
}
