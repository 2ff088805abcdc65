import ShippyCore

extension PanelRenderer {
    /// The last line, and the column of the text cursor.
    var footerLine: (Line, cursor: Int?) {
        var line = emptyLine
        switch panel.prompt {
        case .filter(let field, _):
            line.add("/", .bold)
            addField(field, to: &line)
            let cursor = size.width - line.room
            if let fault = panel.filter.fault {
                line.add("  \(fault)", .error)
            } else if field.text.isEmpty {
                line.add("  text, key=value, !word, re:expression", .dim)
            }
            return (line, min(cursor, size.width - 1))
        case .palette(let field, _):
            line.add(":", .bold)
            addField(field, to: &line)
            let cursor = size.width - line.room
            line.add(field.text.isEmpty ? "  type a word; Enter does it, y copies its command" : "  Enter does it, Ctrl-Y copies its command", .dim)
            return (line, min(cursor, size.width - 1))
        case .export(let field):
            line.add("Write \(Self.counted(panel.model.instances.shown.count, "instance")) to: ", .bold)
            addField(field, to: &line)
            return (line, min(size.width - line.room, size.width - 1))
        case .edit(let field, let target, let fault):
            line.add("Change \(capabilities.showable(target.name)): ", .bold, width: min(40, max(0, line.room / 2)), ellipsis: capabilities.ellipsis)
            addField(field, to: &line)
            let cursor = size.width - line.room
            if let fault {
                line.add("  \(capabilities.showable(fault))", .error, ellipsis: capabilities.ellipsis)
            } else if field.text == "email=" {
                line.add("  or name=, company=, role=", .dim, ellipsis: capabilities.ellipsis)
            }
            return (line, min(cursor, size.width - 1))
        case .question(let command):
            let place = panel.options.context.map { " in \(capabilities.showable($0.name))" } ?? ""
            addQuestion(command, "\(place)? y/N ", leaving: 0, to: &line)
            return (line, min(size.width - line.room, size.width - 1))
        case .protectedQuestion(let command, let field):
            let name = capabilities.showable(panel.options.context?.name ?? "")
            addQuestion(command, " in \(name)? Type \(name): ", leaving: name.columns + 1, to: &line)
            addField(field, to: &line)
            return (line, min(size.width - line.room, size.width - 1))
        case nil:
            break
        }
        if let message = panel.message {
            line.add(capabilities.showable(message.text), message.isError ? .error : .bold, ellipsis: capabilities.ellipsis)
            return (line, nil)
        }
        for (keys, text) in KeyBinding.hints(panel) {
            guard "\(keys) \(text)".columns <= line.room else { break }
            line.add(keys, .bold)
            line.add(" \(text)  ", .dim)
        }
        return (line, nil)
    }

    /// - Parameter room: the width left for an answer.
    private func addQuestion(_ command: PanelCommand, _ question: String, leaving room: Int, to line: inout Line) {
        let names = capabilities.showable(command.names)
        line.add("\(capabilities.showable(command.question)) ", .error)
        line.add(names, .error, width: min(names.columns, max(0, line.room - question.columns - room)), ellipsis: capabilities.ellipsis)
        line.add(question, .error)
    }

    /// Adds the text, or its end if it is longer than the line.
    private func addField(_ field: TextField, to line: inout Line) {
        var text = Substring(capabilities.showable(field.text))
        while String(text).columns >= max(1, line.room) { text = text.dropFirst() }
        line.add(String(text), field.isProposal ? TextStyle(isReverse: true) : .plain)
    }

    /// The actions that match what is typed, with their keys and commands.
    func paletteLines(_ text: String, _ index: Int, _ height: Int) -> [Line] {
        let entries = panel.paletteEntries(text)
        guard !entries.isEmpty else { return [line("  no action matches", .dim)] }
        let keyWidth = entries.map(\.key.columns).max() ?? 0
        let textWidth = min(entries.map(\.text.columns).max() ?? 0, max(10, size.width * 2 / 5))
        let lines = entries.enumerated().map { number, entry in
            let base = number == index ? TextStyle.selection : .plain
            var line = emptyLine
            line.add(number == index ? "> " : "  ", base)
            line.add(entry.key, number == index ? base : TextStyle(color: .cyan), width: keyWidth)
            line.add("  ", base)
            line.add(entry.text, base, width: textWidth, ellipsis: capabilities.ellipsis)
            line.add("  ", base)
            let more = entry.commands.count > 1 ? " (and \(entry.commands.count - 1) more)" : ""
            line.add(
                capabilities.showable((entry.commands.first ?? "") + more), number == index ? base : .dim, ellipsis: capabilities.ellipsis)
            line.fill(base)
            return line
        }
        return window(lines, height, top: max(0, index - height + 1))
    }
}
