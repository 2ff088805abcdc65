import ShippyCore
import Testing

@testable import ShippyStory

@Suite struct MailStepsTests {
    private let start = Timestamp("2026-01-02T03:04:05.000Z")!

    private func mail(_ state: Mail.State, attempts: Int, next: Timestamp? = nil, reply: String = "") -> Mail {
        Mail(
            id: "mail-1", to: EmailAddress(trusted: "ada@example.com"), template: .welcome, state: state, attempts: attempts, nextAttemptAt: next,
            lastReply: reply, eventID: "event-1", requestID: "request-1", createdAt: start)
    }

    private func attempt(_ number: Int, after seconds: Int, _ outcome: MailAttempt.Outcome, _ reply: String) -> MailAttempt {
        let at = start + .seconds(seconds)
        let facts = AttemptFacts(server: "mx.example.com:25", startedAt: at, endedAt: at + .milliseconds(20))
        return MailAttempt(number: number, facts: outcome == .unknown ? nil : facts, outcome: outcome, reply: reply)
    }

    @Test func everyTryIsToldWithItsAnswer() {
        let tries = [attempt(1, after: 1, .deferred, "451 later"), attempt(2, after: 20, .sent, "250 ok")]
        let steps = StoryStep.mail(mail(.sent, attempts: 2, reply: "250 ok"), tries, most: 12, waitsFor: nil)
        #expect(steps.map(\.kind) == [.mailQueued, .mailTry, .mailTry, .mailSent])
        #expect(steps.map(\.mark) == [.done, .problem, .done, .done])
        #expect(steps.map(\.at) == [start, start + .seconds(1), start + .seconds(20), start + .milliseconds(20_020)])
        #expect(steps[1].detail == "451 later (mx.example.com:25)")
    }

    @Test func theNextTryIsToldWithTheLimit() {
        let steps = StoryStep.mail(
            mail(.queued, attempts: 2, next: start + .seconds(60), reply: "451 later"),
            [attempt(1, after: 1, .deferred, "451 later"), attempt(2, after: 20, .deferred, "451 later")], most: 12, waitsFor: nil)
        #expect(steps.last?.what == "mail try 3 of 12")
        #expect(steps.last?.mark == .waiting)
        #expect(steps.last?.at == start + .seconds(60))
    }

    /// After a retry by somebody, the mail has all its attempts again.
    @Test func numbersOfTriesGoOn() {
        let tries = [attempt(11, after: 1, .deferred, "451 later"), attempt(12, after: 20, .dead, "451 later")]
        func next(_ state: Mail.State, attempts: Int) -> String? {
            StoryStep.mail(mail(state, attempts: attempts, next: start), tries, most: 12, waitsFor: nil).last?.what
        }
        #expect(next(.queued, attempts: 0) == "mail try 13 of 24")
        #expect(next(.sending, attempts: 1) == "mail try 13 of 24")
        #expect(next(.queued, attempts: 12) == "mail try 13 of 13")
    }

    /// What went wrong before somebody had it retried, or settled it, has happened all the same.
    @Test(arguments: [(Mail.State.sent, 2), (.queued, 0), (.cancelled, 1)])
    func aMailThatWasGivenUpBeforeTellsThat(state: Mail.State, attempts: Int) {
        var tries = [attempt(1, after: 1, .dead, "550 unknown")]
        if state == .sent { tries.append(attempt(2, after: 60, .sent, "250 ok")) }
        let steps = StoryStep.mail(mail(state, attempts: attempts, next: start), tries, isOneOfSeveral: true, most: 12, waitsFor: nil)
        #expect(steps.prefix(3).map(\.kind) == [.mailQueued, .mailTry, .mailDead])
        #expect(steps[2].detail == "welcome to ada@example.com: 550 unknown" && steps[2].at == start + .milliseconds(1020))
        #expect(steps[1].detail == "welcome to ada@example.com: 550 unknown (mx.example.com:25)")
        // Nothing more will come of a cancelled one.
        #expect(steps.count == (state == .sent ? 5 : state == .queued ? 4 : 3))
    }

    /// A restore holds mails by a time that never comes.
    @Test func aMailThatIsHeldHasNoTime() {
        let held = mail(.queued, attempts: 1, next: start + .seconds(100 * 365 * 86_400), reply: "held by restore")
        let steps = StoryStep.mail(held, [attempt(1, after: 1, .deferred, "451")], most: 12, waitsFor: nil)
        #expect(steps.last?.at == nil)
        #expect(steps.last?.detail == "held by restore")
    }

    @Test func whatIsMissingIsTold() {
        let steps = StoryStep.mail(mail(.queued, attempts: 0, next: start), [], most: 12, waitsFor: "no notificator is running")
        #expect(steps.last?.detail == "waits: no notificator is running")
    }

    @Test func aMailThatIsGivenUpTellsWhatToDo() {
        let steps = StoryStep.mail(
            mail(.dead, attempts: 1, reply: "550 unknown"), [attempt(1, after: 1, .dead, "550 unknown")], most: 12, waitsFor: nil)
        #expect(steps.last?.kind == .mailDead)
        #expect(steps.last?.at == start + .milliseconds(1020))
        #expect(steps.last?.detail == "550 unknown; `shippy mail retry mail-1` tries it again, and resend sends it to the user's present address")
        // Somebody gave it up later, at a time that is not known.
        let cancelled = StoryStep.mail(
            mail(.dead, attempts: 1, reply: "cancelled by owner"), [attempt(1, after: 1, .deferred, "451 later")], most: 12, waitsFor: nil)
        #expect(cancelled.last?.at == nil)
        #expect(cancelled.last?.place == start + .seconds(1))
    }

    /// A crash leaves a try without an outcome, and without a time.
    @Test func aTryWithoutARecordIsTold() {
        let crashed = StoryStep.mail(
            mail(.sent, attempts: 2, reply: "250 ok"), [attempt(1, after: 1, .unknown, ""), attempt(2, after: 60, .sent, "250 ok")], most: 12,
            waitsFor: nil)
        #expect(crashed[1].detail == "no outcome was recorded")
        #expect(crashed[1].place == start)
    }
}
