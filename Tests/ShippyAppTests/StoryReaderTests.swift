import ShippyCore
import ShippyTUI
import Testing

@testable import ShippyApp

@Suite struct StoryReaderTests {
    /// Somebody was created a month before she was deleted, and her first mail is part of her story, too.
    @Test func theStoryOfAnEventBeginsWithTheUser() {
        let event = Timestamp("2026-02-02T03:04:05.000Z")!
        let created = Timestamp("2026-01-02T03:04:05.000Z")!
        let subject = StorySubject(.event, id: "event-1", name: "event 1", since: event)
        let starts = [created - .seconds(60), event - .seconds(60)]
        #expect(StoryReader.starts(subject, userID: "any", createdAt: created) == starts)
        #expect(StoryReader.starts(subject, userID: "019b7ca9-8c88-7002-b642-b33377b8893b", createdAt: nil) == starts)
        #expect(StoryReader.starts(subject, userID: nil, createdAt: nil) == [event - .seconds(60)])
        #expect(StoryReader.starts(subject, userID: "any", createdAt: event) == [event - .seconds(60)])
    }

    /// A failed try has no time of its own, and is told before the next one.
    @Test func whatIsStillToComeIsToldLast() {
        let start = Timestamp("2026-01-02T03:04:05.000Z")!
        let steps = [
            StoryStep(start + .seconds(13), .waiting, "mail try 2"), StoryStep(nil, .problem, "mail try 1"),
            StoryStep(start + .milliseconds(4), .done, "event 412"), StoryStep(start, .done, "user created"),
            StoryStep(start + .seconds(60), .done, "user.disable"),
        ]
        #expect(StoryReader.inOrder(steps).map(\.what) == ["user created", "event 412", "user.disable", "mail try 1", "mail try 2"])
    }
}
