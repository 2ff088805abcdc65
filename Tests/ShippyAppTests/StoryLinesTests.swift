import ShippyCore
import ShippyStory
import Testing

@testable import ShippyApp

@Suite struct StoryLinesTests {
    private let start = Timestamp("2026-01-02T03:04:05.000Z")!

    private func text(_ steps: [StoryStep], isUnicode: Bool = true, width: Int? = 80) -> String {
        let lines = StoryLines(style: .plain, isUnicode: isUnicode, width: width)
        let story = Story(StorySubject(.user, id: "019b7ca9", name: "ada@example.com", since: start), steps)
        return lines.header(story) + story.steps.map { lines.text(of: $0, since: story.begin, now: start + .seconds(1)) }.joined()
    }

    private var steps: [StoryStep] {
        [
            StoryStep(start, .created, "user created", "ada@example.com, role user; by anonymous over HTTP from 127.0.0.1"),
            StoryStep(start + .milliseconds(2), .event, "event 412", "user.created"),
            StoryStep(start + .milliseconds(90), .mailTry, .problem, "mail try 1", "451 4.7.1 greylisted (mx.example.com:25)"),
            StoryStep(start + .seconds(12), .next, .waiting, "mail try 2 of 12", "welcome to ada@example.com"),
        ]
    }

    @Test func aStoryFitsATerminal() {
        let lines = text(steps)
        #expect(
            lines == """
                ada@example.com, user 019b7ca9, from 2026-01-02T03:04:05.000Z
                 ✓ +0 ms     user created        ada@example.com, role user; by anonymous over
                                                 HTTP from 127.0.0.1
                 ✓ +2 ms     event 412           user.created
                 ! +90 ms    mail try 1          451 4.7.1 greylisted (mx.example.com:25)
                 ⧖ in 11.0 s mail try 2 of 12    welcome to ada@example.com

                """)
        #expect(lines.split(separator: "\n").allSatisfy { String($0).columns <= 80 })
    }

    @Test func withoutUTF8ItIsInASCII() {
        #expect(text(steps, isUnicode: false).isASCII)
        #expect(text(steps, isUnicode: false).contains("\n ~ in 11.0 s"))
    }

    /// For a file or a pipe.
    @Test func withoutATerminalNoLineIsBroken() {
        #expect(text(steps, width: nil).split(separator: "\n").count == steps.count + 1)
    }

    @Test func nothingReachesTheTerminalRaw() {
        let evil = "\u{1b}[2J\u{9b}31m\u{202e}\r"
        let lines = text([StoryStep(start, .mailTry, .problem, evil, evil)]).replacing("\n", with: "")
        #expect(!lines.unicodeScalars.contains { $0.isUnsafeToShow })
    }
}
