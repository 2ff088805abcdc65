import ShippyCore
import ShippyStory

/// A story as lines for a terminal.
struct StoryLines {
    let style: Style
    let isUnicode: Bool
    /// Of the terminal; nil breaks no lines.
    let width: Int?

    private static let offsetWidth = 10
    private static let whatWidth = 20
    /// Narrower details are not broken any further.
    private static let leastDetail = 20

    func header(_ story: Story) -> String {
        let subject = story.subject
        let who = subject.kind == .user && subject.name != subject.id ? "\(subject.name), user \(subject.id)" : "\(subject.name)"
        let begin = story.begin.map { ", from \($0)" } ?? ""
        let line = "\(who)\(begin)".visiblyEscaped()
        guard let width else { return style.bold(line) + "\n" }
        return line.wrapped(to: width).map { style.bold(Self.withoutBlankAtEnd($0)) + "\n" }.joined()
    }

    /// ` ✓ +84 ms    mail queued         welcome to ada@example.com`
    func text(of step: StoryStep, since begin: Timestamp?, now: Timestamp) -> String {
        let sign = " \(StoryText.sign(step.mark, isUnicode: isUnicode)) "
        let offset = StoryText.offset(step, since: begin, now: now).padding(to: Self.offsetWidth)
        let what = step.what.visiblyEscaped()
        let detail = step.detail.visiblyEscaped()
        let start = colored(sign, step.mark) + style.dim(offset)
        let name = step.mark == .problem ? style.red(what) : what
        guard !detail.isEmpty else { return "\(start)\(name)\n" }
        let gap = String(repeating: " ", count: max(2, Self.whatWidth - what.columns))
        let indent = sign.columns + Self.offsetWidth + max(Self.whatWidth, what.columns + 2)
        let parts = width.map { detail.wrapped(to: max(Self.leastDetail, $0 - indent)).map(Self.withoutBlankAtEnd) } ?? [detail]
        let rest = parts.dropFirst().map { String(repeating: " ", count: indent) + $0 + "\n" }.joined()
        return "\(start)\(name)\(gap)\(parts[0])\n\(rest)"
    }

    private static func withoutBlankAtEnd(_ text: String) -> String {
        text.hasSuffix(" ") ? String(text.dropLast()) : text
    }

    private func colored(_ text: String, _ mark: StoryStep.Mark) -> String {
        switch mark {
        case .done: style.green(text)
        case .problem: style.red(text)
        case .waiting: style.yellow(text)
        case .note: style.dim(text)
        }
    }
}
