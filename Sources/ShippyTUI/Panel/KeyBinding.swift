import ShippyCore

/// Keys of the panel and what they do. Input, footer, help and manual all come from one table of them: ``all``.
package struct KeyBinding: Sendable {
    enum Section: String, CaseIterable {
        case moving = "Moving"
        case finding = "Finding"
        case doing = "Doing"
        case panel = "Panel"
    }

    /// What the footer says of a binding.
    struct Hint: Sendable {
        /// Where not all hints fit, those of a lower rank are shown.
        let rank: Int
        /// Nil while the key is of no use.
        let text: @Sendable (Panel) -> String?
        /// The same while the help is shown.
        let textInHelp: String?

        init(_ rank: Int, inHelp textInHelp: String? = nil, _ text: @escaping @Sendable (Panel) -> String? = { _ in nil }) {
            self.rank = rank
            self.text = text
            self.textInHelp = textInHelp
        }
    }

    let section: Section
    /// Different ways to type the same; each has a key for each of the ``actions``.
    let keys: [[PanelKey]]
    /// One, or a pair such as up and down.
    let actions: [PanelAction]
    /// For the help and the manual.
    let description: String
    let hint: Hint?

    init(_ section: Section, _ keys: [[PanelKey]], _ actions: [PanelAction], _ description: String, _ hint: Hint? = nil) {
        self.section = section
        self.keys = keys
        self.actions = actions
        self.description = description
        self.hint = hint
    }

    /// As the help lists them: `Up Down, k j`.
    var keyNames: String { keys.map { $0.map(\.name).joined(separator: " ") }.joined(separator: ", ") }
}

extension KeyBinding {
    /// What a key does while no question has the keys to itself; nil for nothing.
    static func action(of key: PanelKey) -> PanelAction? { actions[key] }

    private static let actions = Dictionary(
        uniqueKeysWithValues: all.flatMap { binding in binding.keys.flatMap { Array(zip($0, binding.actions)) } })

    /// What the footer shows now, the most important first.
    static func hints(_ panel: Panel) -> [(keys: String, text: String)] {
        hinted.compactMap { binding, hint in
            if panel.helpTop != nil { return hint.textInHelp.map { (binding.keys[0].map(\.name).joined(separator: " "), $0) } }
            // One of a pair is enough of a hint.
            return hint.text(panel).map { (binding.keys[0][0].name, $0) }
        }
    }

    private static let hinted = all.compactMap { binding in binding.hint.map { (binding: binding, hint: $0) } }.sorted { $0.hint.rank < $1.hint.rank }

    /// What the help shows.
    static let sections = Section.allCases.map { section in (title: section.rawValue, bindings: all.filter { $0.section == section }) }

    /// The same for the manual, a line each.
    package static var text: String {
        let width = all.map(\.keyNames.columns).max() ?? 0
        return sections.flatMap(\.bindings).map { "  \($0.keyNames.padding(to: width))  \($0.description)" }.joined(separator: "\n")
    }
}
