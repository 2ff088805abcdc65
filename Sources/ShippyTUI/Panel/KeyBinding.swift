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
    /// The texts in the palette, one per action.
    let names: [String]
    /// The tabs in which it has a meaning.
    let tabs: Set<PanelTab>
    let hint: Hint?

    /// - Parameter names: by default the description, which for several actions is `this, that, what both do`.
    init(
        _ section: Section, _ keys: [[PanelKey]], _ actions: [PanelAction], _ description: String, names: [String]? = nil,
        in tabs: Set<PanelTab> = Set(PanelTab.allCases), _ hint: Hint? = nil
    ) {
        self.section = section
        self.keys = keys
        self.actions = actions
        self.description = description
        self.names = names ?? Self.names(description, count: actions.count)
        self.tabs = tabs
        self.hint = hint
    }

    /// `disable, enable the users` as `disable the users` and `enable the users`.
    private static func names(_ description: String, count: Int) -> [String] {
        let parts = description.components(separatedBy: ", ", atMost: count)
        guard count > 1, parts.count == count, let end = parts.last?.firstIndex(of: " ") else { return Array(repeating: description, count: count) }
        let (last, rest) = (parts[count - 1][..<end], parts[count - 1][end...])
        return parts.dropLast().map { $0 + rest } + [String(last + rest)]
    }

    /// Moving is no action, and neither is the palette itself.
    func isInPalette(_ panel: Panel) -> Bool {
        switch actions[0] {
        case .move, .back, .escape, .palette, .nextTab, .interrupt: false
        case .change: !panel.options.isReadOnly
        default: true
        }
    }

    /// As shown in the help: `Up Down, k j`.
    var keyNames: String { keys.map { $0.map(\.name).joined(separator: " ") }.joined(separator: ", ") }
}

extension KeyBinding {
    /// The action of a key while no prompt is open; nil for none.
    static func action(of key: PanelKey, in tab: PanelTab) -> PanelAction? { actions[tab]![key] }

    private static let actions = Dictionary(
        uniqueKeysWithValues: PanelTab.allCases.map { tab in
            let bindings = all.filter { $0.tabs.contains(tab) }
            return (tab, Dictionary(uniqueKeysWithValues: bindings.flatMap { binding in binding.keys.flatMap { Array(zip($0, binding.actions)) } }))
        })

    /// The current hints of the footer, the most important first.
    static func hints(_ panel: Panel) -> [(keys: String, text: String)] {
        hinted.compactMap { binding, hint in
            guard binding.tabs.contains(panel.tab) else { return nil }
            if panel.helpTop != nil || panel.body != nil { return hint.textInHelp.map { (binding.keys[0].map(\.name).joined(separator: " "), $0) } }
            // One key of a pair is enough.
            return hint.text(panel).map { (binding.keys[0][0].name, $0) }
        }
    }

    private static let hinted = all.compactMap { binding in binding.hint.map { (binding: binding, hint: $0) } }.sorted { $0.hint.rank < $1.hint.rank }

    /// The sections of a tab's help.
    static func sections(_ tab: PanelTab) -> [(title: String, bindings: [KeyBinding])] {
        Section.allCases.map { section in (section.rawValue, all.filter { $0.section == section && $0.tabs.contains(tab) }) }
    }

    /// All of them for the man page, one per line.
    package static var text: String {
        let width = all.map(\.keyNames.columns).max() ?? 0
        return all.map { binding in
            let tabs = PanelTab.allCases.filter(binding.tabs.contains)
            let remark =
                switch tabs.count {
                case PanelTab.allCases.count: ""
                case lists.count where binding.tabs == lists: " (in lists)"
                default: " (\(tabs.map(\.name).joined(separator: ", ")))"
                }
            return "  \(binding.keyNames.padding(to: width))  \(binding.description)\(remark)"
        }.joined(separator: "\n")
    }
}

extension String {
    /// The parts between the separators; the last one contains the rest.
    fileprivate func components(separatedBy separator: String, atMost count: Int) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while parts.count < count - 1, let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
