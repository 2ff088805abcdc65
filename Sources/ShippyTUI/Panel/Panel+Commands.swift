import ShippyCore
import ShippyStory

/// What can be done to the selected or marked items, as commands of shippy do it.
extension Panel {
    /// The change that this verb would make now; nil if nothing is chosen.
    func command(_ verb: PanelCommand.Verb) -> PanelCommand? {
        let targets: [PanelCommand.Target]
        switch verb {
        case .disable, .enable, .delete:
            guard tab == .users else { return nil }
            targets = users.list.chosen.filter { !$0.isGone }.map { PanelCommand.Target(id: $0.id, name: $0.name) }
        case .retry: targets = mails { $0 == .queued || $0 == .dead || $0 == .cancelled }
        case .resend: targets = mails { $0 == .sent || $0 == .dead || $0 == .cancelled }
        case .cancel: targets = mails { $0 == .queued || $0 == .dead }
        case .deregister:
            targets = chosenInstances.filter { registry.model.row(of: $0.key)?.departure == nil }
                .map { PanelCommand.Target(id: $0.id, name: $0.id, service: $0.service) }
        }
        return targets.isEmpty ? nil : PanelCommand(verb, targets)
    }

    /// The chosen mails in such a state.
    private func mails(_ isMeant: (Mail.State) -> Bool) -> [PanelCommand.Target] {
        guard tab == .mails else { return [] }
        return mails.list.chosen.filter { !$0.isGone && isMeant($0.mail.state) }.map { PanelCommand.Target(id: $0.id, name: "to \($0.name)") }
    }

    /// Asks before it changes anything.
    mutating func ask(_ verb: PanelCommand.Verb, _ now: Moment) {
        guard !options.isReadOnly else { return say("the panel is read-only", isError: true, now) }
        guard let command = command(verb) else {
            if let reason = verb.refusal, tab == .mails, mails.list.selected != nil { return say(reason, isError: true, now) }
            return _ = nothingChosen(now)
        }
        if verb == .deregister, let foreign = chosenInstances.first(where: { $0.foreignOwner != nil }) {
            return say("\(foreign.id) was registered by a \(foreign.foreignOwner!) program: shippy does not deregister it", isError: true, now)
        }
        prompt = options.context?.isProtected == true ? .protectedQuestion(command, TextField()) : .question(command)
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
        case .disable, .enable, .delete, .deregister: nil
        }
    }
}
