/// An action in the palette.
struct PaletteEntry: Hashable, Sendable {
    var key: String
    var text: String
    /// What it does, as command lines of a shell; empty if no command does it.
    var commands: [String]
    var action: PanelAction

    /// Every action of the tab: those that do something to the items first, otherwise in the order of the help.
    static func all(_ panel: Panel) -> [PaletteEntry] {
        let bindings = KeyBinding.all.filter { $0.tabs.contains(panel.tab) && $0.isInPalette(panel) }
        return (bindings.filter { $0.section == .doing } + bindings.filter { $0.section != .doing }).flatMap { binding in
            binding.actions.indices.filter { binding.actions[$0] != .interrupt }.map { index in
                let action = binding.actions[index]
                return PaletteEntry(
                    key: binding.keys[0][index].name, text: binding.names[index], commands: commands(of: action, panel), action: action)
            }
        }
    }

    private static func commands(of action: PanelAction, _ panel: Panel) -> [String] {
        let context = panel.options.context.map { " --context \($0.name.shellWord)" } ?? ""
        return switch action {
        case .tab(.story): panel.story.subject.map(panel.storyCommands) ?? []
        case .tab(let tab): tab.command.map { ["shippy \($0)\(context)"] } ?? []
        case .change(let verb): panel.command(verb)?.lines(panel.options.context) ?? []
        case .body: panel.mails.list.selected.map { ["shippy mail show \($0.id.shellWord) --body\(context)"] } ?? []
        case .open where panel.selectedSubject != nil: panel.selectedSubject.map(panel.storyCommands) ?? []
        case .open: panel.place == .services || panel.place == .history ? [] : panel.showCommands
        case .history, .eventsPane: ["shippy \(action == .history ? "registry watch" : "events tail")\(context)"]
        default: []
        }
    }
}
