import ShippyCore
import ShippyStory

extension PanelRenderer {
    func storyLines(_ height: Int) -> [Line] {
        let story = panel.story
        guard story.subject != nil else {
            return [emptyLine, line("  Enter on a user, a mail or an event shows its story here.", .dim)]
        }
        if story.steps.isEmpty {
            return [emptyLine, line(story.connection == .loading ? "  loading the story\(capabilities.ellipsis)" : "  nothing is known of it", .dim)]
        }
        let begin = story.steps.lazy.compactMap(\.at).first
        let isNarrow = size.width < 100
        var steps: [Line] = height > 6 ? [emptyLine] : []
        var selected = 0
        for (index, step) in story.steps.enumerated() {
            let lines = lines(of: step, since: begin, isNarrow: isNarrow, isSelected: index == story.cursor)
            if index == story.cursor { selected = steps.count }
            steps += lines
        }
        // The end, as long as the selected step is on the screen, too.
        return window(steps, height, top: max(0, min(selected, steps.count - height)))
    }

    private func lines(of step: StoryStep, since begin: Timestamp?, isNarrow: Bool, isSelected: Bool) -> [Line] {
        var line = emptyLine
        let style = style(step.mark)
        line.add(isSelected ? ">" : " ", .bold)
        line.add("\(StoryText.sign(step.mark, isUnicode: capabilities.isUnicode)) ", style)
        let time = StoryText.offset(step, since: begin, now: look.now.wall)
        if !isNarrow { line.add(step.at.map(look.time) ?? "", .dim, width: Look.timeWidth + 2) }
        guard size.width >= 40 else { return briefLines(of: step, line) }
        line.add(time, .dim, width: 10)
        let width = min(isNarrow ? 18 : 22, line.room)
        line.add(capabilities.showable(step.what), step.mark == .problem ? .error : .bold, width: width, ellipsis: capabilities.ellipsis)
        let indent = size.width - line.room
        let parts = capabilities.showable(step.detail).wrapped(to: max(8, line.room))
        line.add(parts[0])
        let more = parts.dropFirst().map { part in
            var line = emptyLine
            line.add(String(repeating: " ", count: min(indent, max(0, size.width - 8))))
            line.add(part)
            return line
        }
        return [line] + more
    }

    /// For very narrow screens: the detail below what happened.
    private func briefLines(of step: StoryStep, _ start: Line) -> [Line] {
        var line = start
        line.add(capabilities.showable(step.what), step.mark == .problem ? .error : .bold, ellipsis: capabilities.ellipsis)
        guard !step.detail.isEmpty else { return [line] }
        return [line] + capabilities.showable(step.detail).wrapped(to: max(8, size.width - 3)).map { self.line("   \($0)") }
    }

    private func style(_ mark: StoryStep.Mark) -> TextStyle {
        switch mark {
        case .done: TextStyle(color: .green)
        case .problem: .error
        case .waiting: .warning
        case .note: .dim
        }
    }
}
