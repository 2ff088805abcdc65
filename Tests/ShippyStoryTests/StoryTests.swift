import ShippyCore
import Testing

@testable import ShippyStory

@Suite struct StoryTests {
    private let start = Timestamp("2026-01-02T03:04:05.000Z")!
    private let subject = StorySubject(.user, id: "ada", name: "ada@example.com", since: Timestamp("2026-01-02T03:04:05.000Z")!)

    /// What has no time is told where it belongs, and what is still to come is told after everything that was.
    @Test func stepsComeInOrder() {
        var unknown = StoryStep(nil, .mailTry, .problem, "mail try 1")
        unknown.place = start + .milliseconds(8)
        let steps = [
            StoryStep(nil, .note, .note, "events"), StoryStep(start + .seconds(13), .next, .waiting, "mail try 2"),
            StoryStep(nil, .mailDead, .problem, "of unknown time"), unknown, StoryStep(start + .milliseconds(4), .event, "event 412"),
            StoryStep(start, .created, "user created"), StoryStep(start + .seconds(60), .disabled, "user disabled"),
        ]
        #expect(
            Story(subject, steps).steps.map(\.what) == [
                "user created", "event 412", "mail try 1", "user disabled", "of unknown time", "mail try 2", "events",
            ])
    }

    @Test func aStoryIsOverWhenNothingIsToCome() {
        let past = StoryStep(start, .created, "user created")
        #expect(Story(subject, [past, StoryStep(nil, .note, .note, "events")]).isOver)
        #expect(!Story(subject, [past, StoryStep(nil, .next, .waiting, "mail try 1 of 12")]).isOver)
    }

    @Test(arguments: [
        (0, "0 ms"), (84, "84 ms"), (999, "999 ms"), (1000, "1.0 s"), (12_399, "12.3 s"), (59_999, "59.9 s"), (60_000, "1m00s"), (200_000, "3m20s"),
        (3_600_000, "1h00m"), (86_340_000, "23h59m"), (86_400_000, "1d00h"), (1_047_600_000, "12d03h"),
    ])
    func lengthsHaveTwoUnits(milliseconds: Int, text: String) {
        #expect(StoryText.length(.milliseconds(milliseconds)) == text)
    }

    @Test func offsetsAreFromTheBeginningAndWhatIsToComeFromNow() {
        let now = start + .seconds(10)
        #expect(StoryText.offset(StoryStep(start + .milliseconds(84), .event, "e"), since: start, now: now) == "+84 ms")
        #expect(StoryText.offset(StoryStep(start - .milliseconds(5), .event, "e"), since: start, now: now) == "-5 ms")
        #expect(StoryText.offset(StoryStep(now + .seconds(11), .next, .waiting, "m"), since: start, now: now) == "in 11.0 s")
        #expect(StoryText.offset(StoryStep(start, .next, .waiting, "m"), since: start, now: now) == "now")
        #expect(StoryText.offset(StoryStep(nil, .note, .note, "n"), since: start, now: now).isEmpty)
    }

    @Test func aStepIsOneObjectForScripts() {
        var step = StoryStep(start, .mailTry, .problem, "mail try 1", "451 later")
        step.add("attempt", 1)
        step.add("server", "")
        step.add("reply", "451 \"later\"")
        let json = String(decoding: step.json, as: UTF8.self)
        #expect(
            json
                == #"{"at":"2026-01-02T03:04:05.000Z","step":"mail-try","what":"mail try 1","detail":"451 later","attempt":1,"reply":"451 \"later\""}"#
        )
    }
}
