import ShippyConfiguration
import ShippyCore
import ShippyStory

/// Writes a story to standard output.
struct StoryOutput {
    private let rendering: Rendering
    private let lines: StoryLines
    private var hasHeader = false

    init(_ rendering: Rendering) {
        self.rendering = rendering
        lines = StoryLines(style: rendering.style, isUnicode: Terminal.isUnicode, width: Terminal.columns)
    }

    /// Writes a whole story.
    mutating func write(_ story: Story) async throws {
        if rendering.format == .text { try await write(story, story.steps) } else { try await rendering.list(story.steps) { _ in } }
    }

    /// Writes steps as they come. The JSON of something that goes on is always one line for each.
    mutating func write(_ story: Story, _ steps: [StoryStep]) async throws {
        guard rendering.format == .text else { return try await rendering.lines(steps) }
        let now = Timestamp.now
        let header = hasHeader ? "" : lines.header(story)
        hasHeader = true
        try await StandardOutput.write(header + steps.map { lines.text(of: $0, since: story.begin, now: now) }.joined())
    }
}
