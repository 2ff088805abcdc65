import ShippyCore

extension KeyBinding {
    static let all = moving + finding + doing + ofPanel

    /// The tabs that show lists.
    static let lists: Set<PanelTab> = [.users, .mails, .events, .registry]

    private static let moving: [KeyBinding] = [
        KeyBinding(.moving, [[.up, .down], ["k", "j"]], [.move(.up), .move(.down)], "one line", Hint(12, inHelp: "scroll")),
        KeyBinding(.moving, [[.pageUp, .pageDown], [.control("b"), .control("f")]], [.move(.pageUp), .move(.pageDown)], "a screen"),
        KeyBinding(.moving, [[.control("u"), .control("d")]], [.move(.halfPageUp), .move(.halfPageDown)], "half a screen"),
        KeyBinding(.moving, [[.home, .end], ["g", "G"]], [.move(.first), .move(.last)], "first, last line"),
        KeyBinding(
            .moving, [[.enter], [.right], ["l"]], [.open], "open a service, an instance, or a story", names: ["open"],
            Hint(0) { panel in
                switch panel.place {
                case .services: "open"
                case .instances: "details"
                case .users, .mails, .events: "story"
                case .history, nil: nil
                }
            }),
        KeyBinding(.moving, [[.left], ["h"]], [.back], "back"),
        KeyBinding(
            .moving, [[.escape], [.backspace]], [.escape], "back; clears a filter or marks first",
            Hint(2, inHelp: "back") { panel in
                if !panel.filter.text.isEmpty || panel.listState?.marked ?? 0 > 0 { return "clear" }
                return panel.tab == .story ? (panel.story.subject == nil ? nil : "back") : panel.isInside ? "back" : nil
            }),
        KeyBinding(
            .moving, [PanelTab.allCases.map(\.key)], PanelTab.allCases.map(PanelAction.tab), PanelTab.allCases.map(\.name).joined(separator: ", "),
            names: PanelTab.allCases.map { "show \($0.name)" }),
        KeyBinding(.moving, [[.tab, .backTab]], [.nextTab, .previousTab], "next, previous tab", Hint(12) { _ in "next tab" }),
    ]

    private static let finding: [KeyBinding] = [
        KeyBinding(
            .finding, [["/"]], [.filter], "filter: text, key=value, !word, re:expression", in: lists, Hint(1) { $0.place == nil ? nil : "filter" }),
        KeyBinding(.finding, [["n", "N"]], [.findNext, .findPrevious], "next, previous match of the last filter", in: lists),
        KeyBinding(
            .finding, [[">", "<"]], [.sortByNext, .sortByPrevious], "sort by the next, previous column",
            names: ["sort by the next column", "sort by the previous column"], in: lists,
            Hint(10) { $0.place == nil ? nil : "sort" }),
        KeyBinding(.finding, [["I"]], [.reverseOrder], "reverse the order", in: lists),
        KeyBinding(
            .finding, [["!"]], [.problems], "show only problems, or everything", in: lists,
            Hint(9) { $0.listState.map { $0.showsOnlyProblems ? "everything" : "problems" } }),
        KeyBinding(
            .finding, [["F"]], [.follow], "follow the selected instance, even while it is gone; stay at the newest event", names: ["follow"],
            in: [.registry, .events]),
        KeyBinding(.finding, [["Z"]], [.freeze], "freeze the screen; Z again resumes", Hint(13) { $0.isFrozen ? "thaw" : "freeze" }),
    ]

    private static let doing: [KeyBinding] = [
        KeyBinding(
            .doing, [[" "]], [.mark], "mark and move to the next line", in: lists,
            Hint(8) { $0.place == nil || $0.place == .services || $0.place == .history ? nil : "mark" }),
        KeyBinding(
            .doing, [["p"]], [.probe], "probe the marked or selected instances", in: [.registry], Hint(6) { $0.showsInstances ? "probe" : nil }),
        KeyBinding(
            .doing, [["e"]], [.edit], "change the selected user's address, name, company or role; asks first", in: [.users, .story],
            Hint(7) { $0.options.isReadOnly || ($0.tab == .story && $0.storyUser == nil) ? nil : "edit" }),
        KeyBinding(
            .doing, [["m"]], [.mailsOfUser], "show the user's mails; Esc comes back", in: [.users, .story],
            Hint(7) { $0.tab == .story && $0.storyUser == nil ? nil : "mails" }),
        KeyBinding(
            .doing, [["u"]], [.userOfMail], "show the user of the mail; Esc comes back", in: [.mails, .story],
            Hint(9) { $0.tab == .story ? nil : "user" }),
        KeyBinding(
            .doing, [["D"]], [.change(.disable)], "disable the marked or selected users; asks first", in: [.users, .story],
            Hint(6) { $0.tab == .story || $0.options.isReadOnly || $0.users.list.selected?.state == .disabled ? nil : "disable" }),
        KeyBinding(
            .doing, [["E"]], [.change(.enable)], "enable the marked or selected users; asks first", in: [.users, .story],
            Hint(6) { $0.tab == .users && !$0.options.isReadOnly && $0.users.list.selected?.state == .disabled ? "enable" : nil }),
        KeyBinding(
            .doing, [["X"]], [.change(.delete)], "delete the marked or selected users; asks first", in: [.users],
            Hint(7) { $0.options.isReadOnly ? nil : "delete" }),
        KeyBinding(
            .doing, [["R"]], [.change(.retry)], "retry the marked or selected mails, or replay the dead letters; asks first",
            in: [.mails, .events, .story], Hint(6) { $0.hint(.retry) }),
        KeyBinding(
            .doing, [["S"]], [.change(.resend)], "send the marked or selected mails once more; asks first", in: [.mails, .story],
            Hint(6) { $0.tab == .mails && $0.mails.list.selected?.mail.state == .queued ? nil : $0.hint(.resend) }),
        KeyBinding(
            .doing, [["X"]], [.change(.cancel)], "cancel the marked or selected mails, or drop the dead letters; asks first",
            in: [.mails, .events, .story], Hint(8) { $0.hint(.cancel) }),
        KeyBinding(.doing, [["b"]], [.body], "show the selected mail: its headers, text, HTML and attempts", in: [.mails], Hint(6) { _ in "body" }),
        KeyBinding(
            .doing, [["X"]], [.change(.deregister)], "deregister the marked or selected instances; asks first", in: [.registry],
            Hint(7) { $0.showsInstances && !$0.options.isReadOnly ? "deregister" : nil }),
        KeyBinding(
            .doing, [["y"]], [.copy], "copy the addresses of instances, or the command that shows what is selected (OSC 52)", names: ["copy"],
            Hint(8) { $0.place == .services || ($0.place == nil && $0.tab != .registry) ? nil : "copy" }),
        KeyBinding(.doing, [["Y"]], [.copyJSON], "copy as JSON", in: [.registry]),
        KeyBinding(.doing, [["w"]], [.export], "write the list to a file, as CSV or JSON lines", in: [.registry]),
        KeyBinding(
            .doing, [["H"]], [.history], "show or hide the instances that have left", in: [.registry],
            Hint(11) { $0.place == .services || $0.place == .instances ? "history" : nil }),
        KeyBinding(.doing, [["e"]], [.eventsPane], "show or hide new events", in: [.registry], Hint(12) { _ in "events" }),
    ]

    private static let ofPanel: [KeyBinding] = [
        KeyBinding(
            .panel, [[":"]], [.palette], "every action, with its key and its command; Ctrl-Y there copies the command", names: ["palette"],
            Hint(4) { _ in "actions" }),
        KeyBinding(.panel, [["?"]], [.help], "this help", Hint(4) { _ in "help" }),
        KeyBinding(.panel, [[.control("l")]], [.redraw], "redraw"),
        KeyBinding(.panel, [[.control("z")]], [.suspend], "suspend; fg brings it back"),
        KeyBinding(
            .panel, [["q", .control("c")]], [.quit, .interrupt], "quit; Ctrl-C first closes an open prompt", names: ["quit", "interrupt"],
            Hint(3) { _ in "quit" }),
    ]
}

extension Panel {
    /// Whether Left goes back in this tab.
    var isInside: Bool { tab == .registry && registry.views.count > 1 }

    /// Whether keys act on instances.
    var showsInstances: Bool {
        guard tab == .registry else { return false }
        return registry.view != .services && registry.view != .history
    }
}
