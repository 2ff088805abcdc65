/// A tab of the panel. Each keeps its own filter, cursor, sort order and marks.
package enum PanelTab: Int, CaseIterable, Sendable {
    case overview, users, mails, events, registry, story

    package var name: String { String(describing: self) }

    /// Its key.
    var key: PanelKey { .character(Character(String(rawValue + 1))) }

    /// The tab `step` further on.
    func next(_ step: Int) -> PanelTab {
        let all = Self.allCases
        return all[(rawValue + step + all.count) % all.count]
    }

    /// The command that shows the same; nil for a story, which needs a name.
    var command: String? {
        switch self {
        case .overview: "status"
        case .users: "user list"
        case .mails: "mail list"
        case .events: "events tail"
        case .registry: "registry list"
        case .story: nil
        }
    }
}
