import ShippyCore

/// Keys of the panel, with their actions and descriptions. Input, footer, help and man page all use the table ``all``.
package struct KeyBinding: Sendable {
    enum Section: String, CaseIterable {
        case moving = "Moving"
        case finding = "Finding"
        case doing = "Doing"
        case panel = "Panel"
    }

    /// The binding's text in the footer.
    struct Hint: Sendable {
        /// Hints with a lower rank come first. Those that do not fit are left out.
        let rank: Int
        /// The text in the current view; nil for no hint.
        let text: @Sendable (Panel) -> String?
        /// The text while the help is shown; nil for no hint.
        let textInHelp: String?

        init(_ rank: Int, inHelp textInHelp: String? = nil, _ text: @escaping @Sendable (Panel) -> String? = { _ in nil }) {
            self.rank = rank
            self.text = text
            self.textInHelp = textInHelp
        }
    }

    let section: Section
    /// Alternative keys, each with one key per action in ``actions``.
    let keys: [[PanelKey]]
    /// One action, or a pair such as up and down.
    let actions: [PanelAction]
    /// The text in the help and the man page.
    let description: String
    let hint: Hint?

    init(_ section: Section, _ keys: [[PanelKey]], _ actions: [PanelAction], _ description: String, _ hint: Hint? = nil) {
        self.section = section
        self.keys = keys
        self.actions = actions
        self.description = description
        self.hint = hint
    }

    /// As shown in the help: `Up Down, k j`.
    var keyNames: String { keys.map { $0.map(\.name).joined(separator: " ") }.joined(separator: ", ") }
}

extension KeyBinding {
    /// The action of a key while no prompt is open; nil for none.
    static func action(of key: PanelKey) -> PanelAction? { actions[key] }

    private static let actions = Dictionary(
        uniqueKeysWithValues: all.flatMap { binding in binding.keys.flatMap { Array(zip($0, binding.actions)) } })

    /// The current hints of the footer, the most important first.
    static func hints(_ panel: Panel) -> [(keys: String, text: String)] {
        hinted.compactMap { binding, hint in
            if panel.helpTop != nil { return hint.textInHelp.map { (binding.keys[0].map(\.name).joined(separator: " "), $0) } }
            // One key of a pair is enough.
            return hint.text(panel).map { (binding.keys[0][0].name, $0) }
        }
    }

    private static let hinted = all.compactMap { binding in binding.hint.map { (binding: binding, hint: $0) } }.sorted { $0.hint.rank < $1.hint.rank }

    /// The sections of the help.
    static let sections = Section.allCases.map { section in (title: section.rawValue, bindings: all.filter { $0.section == section }) }

    /// The same for the man page, one binding per line.
    package static var text: String {
        let width = all.map(\.keyNames.columns).max() ?? 0
        return sections.flatMap(\.bindings).map { "  \($0.keyNames.padding(to: width))  \($0.description)" }.joined(separator: "\n")
    }
}
