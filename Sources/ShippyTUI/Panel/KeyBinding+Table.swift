extension KeyBinding {
    static let all = moving + finding + doing + ofPanel

    private static let moving: [KeyBinding] = [
        KeyBinding(.moving, [[.up, .down], ["k", "j"]], [.move(.up), .move(.down)], "one line", Hint(12, inHelp: "scroll")),
        KeyBinding(.moving, [[.pageUp, .pageDown], [.control("b"), .control("f")]], [.move(.pageUp), .move(.pageDown)], "a screen"),
        KeyBinding(.moving, [[.control("u"), .control("d")]], [.move(.halfPageUp), .move(.halfPageDown)], "half a screen"),
        KeyBinding(.moving, [[.home, .end], ["g", "G"]], [.move(.first), .move(.last)], "the first, the last"),
        KeyBinding(
            .moving, [[.enter], [.right], ["l"]], [.open], "open: a service, then an instance",
            Hint(0) { panel in
                switch panel.view {
                case .services: "open"
                case .instances: "details"
                case .detail: nil
                }
            }),
        KeyBinding(.moving, [[.left], ["h"]], [.back], "back"),
        KeyBinding(
            .moving, [[.escape], [.backspace]], [.escape], "back; clears a filter first",
            Hint(2, inHelp: "back") { !$0.filter.text.isEmpty ? "clear" : $0.views.count > 1 ? "back" : nil }),
    ]

    private static let finding: [KeyBinding] = [
        KeyBinding(
            .finding, [["/"]], [.filter], "filter: text, key=value, !word, re:expression",
            Hint(1) { if case .detail = $0.view { nil } else { "filter" } }),
        KeyBinding(.finding, [["n", "N"]], [.findNext, .findPrevious], "next, previous match of the last filter"),
        KeyBinding(
            .finding, [[">", "<"]], [.sortByNext, .sortByPrevious], "sort by the next, the previous column",
            Hint(10) { if case .instances = $0.view { "sort" } else { nil } }),
        KeyBinding(.finding, [["I"]], [.reverseOrder], "reverse the order"),
        KeyBinding(.finding, [["F"]], [.follow], "follow the selected one, even while it is gone"),
        KeyBinding(.finding, [["Z"]], [.freeze], "freeze; changes wait until Z again", Hint(11) { $0.isFrozen ? "thaw" : "freeze" }),
    ]

    private static let doing: [KeyBinding] = [
        KeyBinding(
            .doing, [[" "]], [.mark], "mark, and on to the next",
            Hint(9) { if case .instances = $0.view { "mark" } else { nil } }),
        KeyBinding(.doing, [["p"]], [.probe], "probe what is marked, or selected", Hint(5) { $0.view == .services ? nil : "probe" }),
        KeyBinding(
            .doing, [["y", "Y"]], [.copy, .copyJSON], "copy addresses, JSON (OSC 52)", Hint(6) { $0.view == .services ? nil : "copy" }),
        KeyBinding(.doing, [["w"]], [.export], "write the list to a file, CSV or JSON lines"),
        KeyBinding(
            .doing, [["X"]], [.deregister], "deregister what is marked, or selected; asks first",
            Hint(7) { $0.view == .services || $0.options.isReadOnly ? nil : "deregister" }),
        KeyBinding(.doing, [["e"]], [.events], "events: show or hide the live flow", Hint(8) { _ in "events" }),
    ]

    private static let ofPanel: [KeyBinding] = [
        KeyBinding(.panel, [["?"]], [.help], "this help", Hint(4) { _ in "help" }),
        KeyBinding(.panel, [[.control("l")]], [.redraw], "redraw"),
        KeyBinding(.panel, [[.control("z")]], [.suspend], "suspend; fg brings it back"),
        KeyBinding(
            .panel, [["q", .control("c")]], [.quit, .interrupt], "quit; Ctrl-C closes a question first", Hint(3) { _ in "quit" }),
    ]
}
