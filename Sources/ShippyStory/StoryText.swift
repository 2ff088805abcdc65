package import ShippyCore

/// The words and signs of a story that a terminal and the console share.
package enum StoryText {
    /// `✓`, or in ASCII `+`.
    package static func sign(_ mark: StoryStep.Mark, isUnicode: Bool) -> String {
        switch mark {
        case .done: isUnicode ? "✓" : "+"
        case .problem: "!"
        case .waiting: isUnicode ? "⧖" : "~"
        case .note: "-"
        }
    }

    /// When a step was, from the beginning of the story; for what is still to come, in how long it will be: `+84 ms`, `in 11 s`, `now`.
    package static func offset(_ step: StoryStep, since begin: Timestamp?, now: Timestamp) -> String {
        guard let at = step.at else { return "" }
        if step.mark == .waiting { return at <= now ? "now" : "in \(length(at - now))" }
        guard let begin else { return "" }
        return at >= begin ? "+\(length(at - begin))" : "-\(length(begin - at))"
    }

    /// `84 ms`, `12.3 s`, `3m20s`, `4h07m`, `12d03h`
    package static func length(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.milliseconds)
        let seconds = milliseconds / 1000
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<1: return "\(milliseconds) ms"
        case ..<60: return "\(seconds).\(milliseconds / 100 % 10) s"
        case ..<3600: return "\(seconds / 60)m\(two(seconds % 60))s"
        case ..<86_400: return "\(seconds / 3600)h\(two(seconds / 60 % 60))m"
        default: return "\(seconds / 86_400)d\(two(seconds / 3600 % 24))h"
        }
    }
}
