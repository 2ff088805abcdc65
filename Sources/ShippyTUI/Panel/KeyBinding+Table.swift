extension KeyBinding {
    static let all = moving + finding + doing + ofPanel

    private static let moving: [KeyBinding] = [
        KeyBinding(.moving, [[.up, .down], ["k", "j"]], [.move(.up), .move(.down)], "one line", Hint(12, inHelp: "scroll")),
        KeyBinding(.moving, [[.pageUp, .pageDown], [.control("b"), .control("f")]], [.move(.pageUp), .move(.pageDown)], "a screen"),
        KeyBinding(.moving, [[.control("u"), .control("d")]], [.move(.halfPageUp), .move(.halfPageDown)], "half a screen"),
        KeyBinding(.moving, [[.home, .end], ["g", "G"]], [.move(.first), .move(.last)], "first, last line"),
        KeyBinding(
            .moving, [[.enter], [.right], ["l"]], [.open], "open a service, then an instance",
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
            .finding, [[">", "<"]], [.sortByNext, .sortByPrevious], "sort by the next, previous column",
            Hint(10) { if case .instances = $0.view { "sort" } else { nil } }),
        KeyBinding(.finding, [["I"]], [.reverseOrder], "reverse the order"),
        KeyBinding(.finding, [["F"]], [.follow], "follow the selected instance, even while it is gone"),
        KeyBinding(.finding, [["Z"]], [.freeze], "freeze the screen; Z again resumes", Hint(11) { $0.isFrozen ? "thaw" : "freeze" }),
    ]

    private static let doing: [KeyBinding] = [
        KeyBinding(
            .doing, [[" "]], [.mark], "mark and move to the next line",
            Hint(9) { if case .instances = $0.view { "mark" } else { nil } }),
        KeyBinding(.doing, [["p"]], [.probe], "probe the marked or selected instances", Hint(5) { $0.view == .services ? nil : "probe" }),
        KeyBinding(
            .doing, [["y", "Y"]], [.copy, .copyJSON], "copy addresses, copy JSON (OSC 52)", Hint(6) { $0.view == .services ? nil : "copy" }),
        KeyBinding(.doing, [["w"]], [.export], "write the list to a file, as CSV or JSON lines"),
        KeyBinding(
            .doing, [["X"]], [.deregister], "deregister the marked or selected instances; asks first",
            Hint(7) { $0.view == .services || $0.options.isReadOnly ? nil : "deregister" }),
        KeyBinding(.doing, [["e"]], [.events], "show or hide new events", Hint(8) { _ in "events" }),
    ]

    private static let ofPanel: [KeyBinding] = [
        KeyBinding(.panel, [["?"]], [.help], "this help", Hint(4) { _ in "help" }),
        KeyBinding(.panel, [[.control("l")]], [.redraw], "redraw"),
        KeyBinding(.panel, [[.control("z")]], [.suspend], "suspend; fg brings it back"),
        KeyBinding(
            .panel, [["q", .control("c")]], [.quit, .interrupt], "quit; Ctrl-C first closes an open prompt", Hint(3) { _ in "quit" }),
    ]
}
