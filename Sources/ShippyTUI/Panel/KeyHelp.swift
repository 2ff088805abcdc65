/// Every key, as `?` and the manual list them.
package struct KeyHelp: Sendable {
    package let keys: String
    package let meaning: String

    package static let sections: [(title: String, keys: [KeyHelp])] = [
        (
            "Moving",
            [
                KeyHelp(keys: "Up Down, k j", meaning: "one line"),
                KeyHelp(keys: "PgUp PgDn, Ctrl-B Ctrl-F", meaning: "a screen"),
                KeyHelp(keys: "Ctrl-U Ctrl-D", meaning: "half a screen"),
                KeyHelp(keys: "Home End, g G", meaning: "the first, the last"),
                KeyHelp(keys: "Enter, Right, l", meaning: "open: a service, then an instance"),
                KeyHelp(keys: "Esc, Left, h", meaning: "back; clears a filter first"),
            ]
        ),
        (
            "Finding",
            [
                KeyHelp(keys: "/", meaning: "filter: text, key=value, !word, re:expression"),
                KeyHelp(keys: "n N", meaning: "next, previous match of the last filter"),
                KeyHelp(keys: "> <", meaning: "sort by the next, the previous column"),
                KeyHelp(keys: "I", meaning: "sort the other way round"),
                KeyHelp(keys: "F", meaning: "follow the selected one, even while it is gone"),
                KeyHelp(keys: "Z", meaning: "freeze; changes wait until Z again"),
            ]
        ),
        (
            "Doing",
            [
                KeyHelp(keys: "Space", meaning: "mark, and on to the next"),
                KeyHelp(keys: "p", meaning: "probe what is marked, or selected"),
                KeyHelp(keys: "y Y", meaning: "copy addresses, JSON (OSC 52)"),
                KeyHelp(keys: "w", meaning: "write the list to a file, CSV or JSON lines"),
                KeyHelp(keys: "X", meaning: "deregister what is marked, or selected; asks first"),
                KeyHelp(keys: "e", meaning: "events: show or hide the live flow"),
            ]
        ),
        (
            "Panel",
            [
                KeyHelp(keys: "?", meaning: "this help"),
                KeyHelp(keys: "Ctrl-L", meaning: "draw everything anew"),
                KeyHelp(keys: "Ctrl-Z", meaning: "suspend; fg brings it back"),
                KeyHelp(keys: "q", meaning: "quit; Ctrl-C closes a question first"),
            ]
        ),
    ]
}

extension KeyHelp {
    /// All of them, a line each.
    package static var text: String {
        let width = sections.flatMap(\.keys).map(\.keys.count).max() ?? 0
        return sections.flatMap(\.keys).map { "  \($0.keys.padding(to: width))  \($0.meaning)" }.joined(separator: "\n")
    }
}
