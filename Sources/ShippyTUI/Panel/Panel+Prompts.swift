import ShippyCore

/// Keys while a prompt is open.
extension Panel {
    mutating func answer(_ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        if key == .control("z") { return [.suspend] }
        if key == .control("l") { return [.redraw] }
        switch prompt {
        case .filter(let field, let before): return editFilter(field, before: before, key)
        case .export(let field): return editPath(field, key)
        case .edit(let field, let target, _): return editUser(field, target, key, now)
        case .question(let command):
            return run(command, isConfirmed: key == .character("y") || key == .character("Y"), now)
        case .protectedQuestion(let command, let field): return confirm(command, field, key, now)
        case .palette(let field, let index): return choose(field, index, key, now)
        case nil: return []
        }
    }

    private mutating func run(_ command: PanelCommand, isConfirmed: Bool, _ now: Moment) -> [PanelEffect] {
        prompt = nil
        guard isConfirmed else {
            say("nothing was \(command.participle)", now)
            return []
        }
        perform(.clearChosen)
        if tab == .story, [.retry, .resend, .replay].contains(command.verb) { story.watch() }
        return [.run(command)]
    }

    private mutating func editUser(_ field: TextField, _ target: PanelCommand.Target, _ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        var field = field
        switch key {
        case .enter:
            do {
                ask(PanelCommand(.update, [target], edit: try UserEdit(field.text)))
            } catch {
                prompt = .edit(field, target, fault: error.message)
            }
        case .escape, .control("c"):
            prompt = nil
            say("nothing was updated", now)
        default:
            if field.edit(key) { prompt = .edit(field, target, fault: nil) }
        }
        return []
    }

    private mutating func confirm(_ command: PanelCommand, _ field: TextField, _ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        var field = field
        switch key {
        case .enter: return run(command, isConfirmed: field.text == options.context?.name, now)
        case .escape, .control("c"): return run(command, isConfirmed: false, now)
        default:
            if field.edit(key) { prompt = .protectedQuestion(command, field) }
            return []
        }
    }

    private mutating func editFilter(_ field: TextField, before: String, _ key: PanelKey) -> [PanelEffect] {
        var field = field
        switch key {
        case .enter:
            prompt = nil
            if !field.text.isEmpty { lastFilter = field.text }
        case .escape, .control("c"):
            prompt = nil
            return setFilter(before)
        case .backspace where field.text.isEmpty:
            prompt = nil
        default:
            guard field.edit(key) else { return [] }
            prompt = .filter(field, before: before)
            return setFilter(field.text)
        }
        return []
    }

    private mutating func editPath(_ field: TextField, _ key: PanelKey) -> [PanelEffect] {
        var field = field
        switch key {
        case .enter where !field.text.isEmpty:
            prompt = nil
            let instances = registry.model.instances
            return [.export(path: field.text, instances.shown.compactMap { instances.store[$0] })]
        case .escape, .control("c"): prompt = nil
        default:
            if field.edit(key) { prompt = .export(field) }
        }
        return []
    }

    private mutating func choose(_ field: TextField, _ index: Int, _ key: PanelKey, _ now: Moment) -> [PanelEffect] {
        var field = field
        let entries = paletteEntries(field.text)
        func moved(_ lines: Int) -> Prompt { .palette(field, index: min(max(0, index + lines), max(0, entries.count - 1))) }
        switch key {
        case .escape, .control("c"): prompt = nil
        case .up, .backTab: prompt = moved(-1)
        case .down, .tab: prompt = moved(1)
        case .pageUp: prompt = moved(-max(1, listHeight - 1))
        case .pageDown: prompt = moved(max(1, listHeight - 1))
        case .enter:
            prompt = nil
            guard entries.indices.contains(index) else { return [] }
            return perform(entries[index].action, now)
        // A typed filter may contain a y.
        case _ where key == .control("y") || (key == "y" && field.text.isEmpty):
            guard entries.indices.contains(index), !entries[index].commands.isEmpty else {
                say("there is no command for this", now)
                return []
            }
            prompt = nil
            return [.copy(entries[index].commands.joined(separator: "\n"))]
        case .backspace where field.text.isEmpty: prompt = nil
        default:
            if field.edit(key) { prompt = .palette(field, index: 0) }
        }
        return []
    }

    /// The entries of the palette that match all typed words.
    func paletteEntries(_ text: String) -> [PaletteEntry] {
        let words = text.lowercased().split(separator: " ")
        return PaletteEntry.all(self).filter { entry in
            let searched = "\(entry.text) \(entry.key) \(entry.commands.first ?? "")".lowercased()
            return words.allSatisfy { searched.contains($0) }
        }
    }
}
