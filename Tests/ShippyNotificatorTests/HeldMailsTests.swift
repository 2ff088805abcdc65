import ShippyCore
import ShippyNotificator
import TestSupport
import Testing

@Suite struct HeldMailsTests {
    private let start = SteadyClock.Instant.now

    private func claimed(_ count: Int, _ domain: String, fence: Int64 = 1) -> [ClaimedMail] {
        (0..<count).map { ClaimedMail(mail: Samples.mail("u\($0)@\(domain)"), fence: fence) }
    }

    private func held(_ mails: [ClaimedMail], capacity: Int = 100, concurrency: Int = 4) -> HeldMails {
        var held = HeldMails(capacity: capacity, concurrency: concurrency)
        held.add(mails, askedAt: start)
        return held
    }

    private func begin(_ held: inout HeldMails, after seconds: Int = 0) throws -> Mail {
        let mail = held.startNext(at: start + .seconds(seconds))
        return try #require(mail)
    }

    private func domains(_ held: inout HeldMails, _ most: Int) -> [String] { (0..<most).compactMap { _ in held.startNext(at: start)?.domain } }

    @Test func aServerThatHasNotAnsweredBeginsWithAQuarterOfTheConnections() {
        var held = held(claimed(10, "first.example") + claimed(10, "second.example") + claimed(1, "other.example"), concurrency: 8)
        #expect(domains(&held, 8) == ["first.example", "first.example", "second.example", "second.example", "other.example"])
    }

    @Test func noDomainHoldsAllConnections() throws {
        var held = held(claimed(10, "busy.example") + claimed(1, "other.example"))
        let mail = try begin(&held)
        _ = held.finish(mail.id, .retry(after: .seconds(1), reply: "451"), Samples.facts, timedOut: false)
        #expect(domains(&held, 5) == ["busy.example", "busy.example", "busy.example", "other.example"])
    }

    /// Each domain that stops answering gets a smaller part of what is left.
    @Test func severalServersThatHangLeaveConnectionsToOthers() throws {
        var held = held(claimed(1, "a.example") + claimed(1, "b.example"), concurrency: 8)
        for _ in 0..<2 {
            let mail = try begin(&held)
            _ = held.finish(mail.id, .retry(after: .seconds(1), reply: "451"), Samples.facts, timedOut: false)
        }
        held.add((claimed(10, "a.example") + claimed(10, "b.example") + claimed(1, "c.example")), askedAt: start)
        let started = domains(&held, 8)
        #expect(started.count { $0 == "a.example" } == 6)
        #expect(started.contains("b.example"))
        #expect(started.contains("c.example"))
    }

    @Test func aSlowDomainIsOnProbationUntilItAnswers() throws {
        var held = held(claimed(10, "slow.example"))
        let first = try begin(&held)
        let surplus = held.finish(first.id, .retry(after: .seconds(1), reply: "timed out"), Samples.facts, timedOut: true)
        #expect(surplus.count == 9)
        #expect(held.claimLimits["slow.example"] == 1)
        held.add(claimed(3, "slow.example"), askedAt: start)
        #expect(held.fullDomains == ["slow.example"])
        let probe = try begin(&held)
        #expect(held.startNext(at: start) == nil)
        #expect(held.finish(probe.id, .sent(reply: "250"), Samples.facts, timedOut: false).isEmpty)
        #expect(held.startNext(at: start) != nil)
        #expect(held.startNext(at: start) != nil)
    }

    @Test func roomIsTakenUntilTheOutcomeIsWritten() throws {
        var held = held(claimed(4, "a.example"), capacity: 10)
        #expect(held.room == 6)
        let mail = try begin(&held)
        _ = held.finish(mail.id, .sent(reply: "250"), Samples.facts, timedOut: false)
        let finished = held.takeFinished(at: start)
        #expect(finished.map(\.mail.id) == [mail.id])
        #expect(held.room == 6)
        #expect(held.leasesToRenew(at: start).count == 4)
        #expect(held.recorded(finished, refused: [], at: start).isEmpty)
        #expect(held.room == 7)
        #expect(held.takeWaiting().count == 3)
        #expect(held.isIdle)
    }

    @Test func leasesLastTwentySecondsAndAreRenewedThreeTimesInOne() {
        var held = held(claimed(3, "a.example"))
        #expect(HeldMails.lease == .seconds(20))
        #expect(held.leasesToRenew(at: start).count == 3)
        #expect(held.leasesToRenew(at: start + .milliseconds(6600)).isEmpty)
        #expect(held.leasesToRenew(at: start + .milliseconds(6700)).count == 3)
        held.renewalFailed(at: start + .milliseconds(6700))
        #expect(held.leasesToRenew(at: start + .milliseconds(7600)).isEmpty)
        #expect(held.leasesToRenew(at: start + .milliseconds(7700)).count == 3)
    }

    @Test func noAttemptBeginsWhereTheLeaseMayEnd() throws {
        var held = held(claimed(3, "a.example"), concurrency: 8)
        _ = try begin(&held, after: 14)
        #expect(held.startNext(at: start + .seconds(15)) == nil)
        let leases = held.leasesToRenew(at: start + .seconds(15))
        held.renewed(leases, held: Set(leases.map(\.mailID)), askedAt: start + .seconds(15))
        _ = try begin(&held, after: 29)
        #expect(held.takeLapsed(at: start + .seconds(33)).isEmpty)
        #expect(held.takeLapsed(at: start + .seconds(34)).count == 1)
        #expect(held.startNext(at: start) == nil)
    }

    @Test func theLastByteGoesOutOnlyUnderTheLease() throws {
        var held = held(claimed(1, "a.example"))
        let mail = try begin(&held)
        #expect(held.holds(mail.id, at: start + .milliseconds(18_999)))
        #expect(!held.holds(mail.id, at: start + .seconds(19)))
        let lease = try #require(held.leasesToRenew(at: start + .seconds(7)).first)
        held.renewed([lease], held: [mail.id], askedAt: start + .seconds(7))
        #expect(held.holds(mail.id, at: start + .seconds(25)))
        held.renewed([lease], held: [], askedAt: start + .seconds(14))
        #expect(!held.holds(mail.id, at: start + .seconds(15)))
        // Broken off, it is given back and not recorded.
        #expect(held.finish(mail.id, nil, Samples.facts, timedOut: false) == [lease])
        #expect(held.isIdle)
    }

    @Test func whatAnotherHasClaimedIsNeverBegun() {
        let mails = claimed(2, "a.example")
        var held = held(mails)
        held.renewed(mails.map(\.lease), held: [mails[1].mail.id], askedAt: start)
        #expect(held.startNext(at: start)?.id == mails[1].mail.id)
        #expect(held.startNext(at: start) == nil)
    }

    @Test func sentMailsWithoutARecordAreNoMoreThanConnections() throws {
        var held = held(claimed(10, "a.example") + claimed(10, "b.example"), concurrency: 4)
        for _ in 0..<4 { _ = held.finish(try begin(&held).id, .sent(reply: "250"), Samples.facts, timedOut: false) }
        #expect(held.startNext(at: start) == nil)
        let items = held.takeFinished(at: start)
        #expect(held.startNext(at: start) == nil)
        _ = held.recorded(items, refused: [], at: start)
        #expect(held.startNext(at: start) != nil)
    }

    @Test func outcomesAreKeptUntilTheyAreRecordedAndNothingBeginsMeanwhile() throws {
        var held = held(claimed(3, "a.example"))
        let mail = try begin(&held)
        _ = held.finish(mail.id, .sent(reply: "250"), Samples.facts, timedOut: false)
        var now = start
        var waits: [Duration] = []
        for _ in 0..<30 {
            #expect(held.takeFinished(at: now).map(\.mail.id) == [mail.id])
            held.recordingFailed(at: now)
            #expect(held.isStalled && held.room == 0)
            #expect(held.startNext(at: now) == nil)
            #expect(held.takeFinished(at: now).isEmpty)
            let wait = try #require(held.timeToRecording(at: now))
            waits.append(wait)
            now += wait
        }
        #expect(waits[0] <= .milliseconds(200) && waits[9...].allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(2) })
        let items = held.takeFinished(at: now)
        _ = held.recorded(items, refused: [], at: now)
        #expect(!held.isStalled && held.isIdle)
    }

    @Test func anOutcomeGoesUnderTheLeaseOfItsOwnNewClaim() throws {
        let first = claimed(1, "a.example")
        var held = held(first)
        let mail = try begin(&held)
        _ = held.finish(mail.id, .sent(reply: "250"), Samples.facts, timedOut: false)
        let again = ClaimedMail(mail: mail, fence: 2)

        // The answer to the claim comes before that of the refusal, or after it.
        var early = held
        var items = early.takeFinished(at: start)
        early.add([again], askedAt: start)
        #expect(early.recorded(items, refused: [mail.id], at: start).isEmpty)
        #expect(early.takeFinished(at: start).map(\.lease) == [again.lease])

        var late = held
        items = late.takeFinished(at: start)
        #expect(late.recorded(items, refused: [mail.id], at: start).count == 1)
        late.add([again], askedAt: start)
        #expect(late.startNext(at: start) == nil)
        #expect(late.takeFinished(at: start).map(\.lease) == [again.lease])
    }
}

@Suite struct SendingPolicyTests {
    private func wait(_ policy: SendingPolicy, attempts: Int) -> Duration? {
        var mail = Samples.mail()
        mail.attempts = attempts
        guard case .retry(let wait, "451") = policy.outcome(of: .deferred(reply: "451"), mail) else { return nil }
        return wait
    }

    @Test func waitsDoubleFromFifteenSecondsToSixHours() throws {
        let policy = SendingPolicy(maxAttempts: 100)
        for (attempts, seconds) in [(1, 15), (2, 30), (3, 60), (5, 240), (10, 7680), (11, 15_360), (12, 21_600), (50, 21_600)] {
            let rest = self.wait(policy, attempts: attempts)
            let wait = try #require(rest)
            #expect(wait >= .milliseconds(seconds * 500) && wait <= .seconds(seconds))
        }
    }

    @Test func aRefusalIsFinal() {
        #expect(SendingPolicy().outcome(of: .refused(reply: "550"), Samples.mail()) == .dead(reply: "550"))
    }

    @Test func isGivenUpAfterTwelveAttempts() {
        #expect(wait(SendingPolicy(), attempts: 11) != nil)
        #expect(wait(SendingPolicy(), attempts: 12) == nil)
        #expect(SendingPolicy().outcome(of: .withdrawn, Samples.mail()) == nil)
    }
}
