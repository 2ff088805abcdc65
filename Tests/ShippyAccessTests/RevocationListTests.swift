import ShippyCore
import TestSupport
import Testing

@testable import ShippyAccess

struct RevocationListTests {
    private let clock = ManualClock()
    private let list: RevocationList
    private let start = Fixture.start

    init() {
        list = RevocationList(clock: clock.steady)
    }

    /// A token of a session that began then.
    private func token(_ user: String, sessionBegan time: Timestamp, issued: Timestamp? = nil) -> AccessToken {
        let issued = Timestamp(milliseconds: (issued ?? time).milliseconds / 1000 * 1000)
        return AccessToken(
            id: "1", keyID: "1", userID: user, sessionID: "\(user) \(time)", sessionBegan: time, role: .user, issuedAt: issued,
            expiresAt: issued + AccessToken.lifetime)
    }

    private func refusal(of token: AccessToken) -> TokenRefusal? {
        do {
            try list.check(token)
            return nil
        } catch {
            return error
        }
    }

    private func know(_ revocations: [Revocation], mark: String = "1") {
        list.refresh(Revocations(mark: mark, all: revocations), begun: clock.now)
    }

    @Test func aRevokedSessionOrTokenIsRefusedAndOthersAreNot() {
        let ended = token("a", sessionBegan: start)
        know([Revocation(subject: .session(ended.sessionID), at: start), Revocation(subject: .token("7"), at: start)])
        #expect(refusal(of: ended) == .revoked)
        #expect(refusal(of: token("a", sessionBegan: start + .milliseconds(1))) == nil)
        #expect(throws: TokenRefusal.revoked) { try list.check(apiToken: "7") }
        #expect(throws: Never.self) { try list.check(apiToken: "8") }
    }

    /// A password changed in the middle of a second; `iat` of all these tokens is the same.
    @Test func inTheSecondOfAChangeEarlierTokensAreRefusedAndANewLoginWorks() {
        let changed = Timestamp(milliseconds: start.milliseconds / 1000 * 1000 + 500)
        know([Revocation(subject: .user("a", exceptSession: nil), at: changed)])
        let before = token("a", sessionBegan: changed - .milliseconds(1))
        let after = token("a", sessionBegan: changed + .milliseconds(1))
        #expect(before.issuedAt == after.issuedAt)
        #expect(refusal(of: before) == .revoked)
        #expect(refusal(of: token("a", sessionBegan: changed)) == .revoked)
        #expect(refusal(of: after) == nil)
        #expect(refusal(of: token("b", sessionBegan: changed - .milliseconds(1))) == nil)
    }

    @Test func aTokenOfAnEarlierSessionIsRefusedEvenIfItWasIssuedAfterTheChange() {
        know([Revocation(subject: .user("a", exceptSession: nil), at: start)])
        #expect(refusal(of: token("a", sessionBegan: start - .seconds(1000), issued: start + .seconds(60))) == .revoked)
    }

    @Test func theSessionThatMadeTheChangeGoesOnUntilAnotherChangeEndsIt() {
        let mine = token("a", sessionBegan: start - .seconds(10))
        let other = token("a", sessionBegan: start - .seconds(5))
        let change = Revocation(subject: .user("a", exceptSession: mine.sessionID), at: start)
        let earlier = Revocation(subject: .user("a", exceptSession: nil), at: start - .seconds(20))
        let between = Revocation(subject: .user("a", exceptSession: other.sessionID), at: start - .seconds(1))
        let later = Revocation(subject: .user("a", exceptSession: nil), at: start + .seconds(1))
        for (all, mineIs, otherIs) in [
            ([change], nil, .revoked), ([earlier, change], nil, .revoked), ([change, earlier], nil, .revoked), ([change, change], nil, .revoked),
            ([between, change], .revoked, .revoked), ([change, between], .revoked, .revoked), ([change, later], .revoked, .revoked),
            ([later, change], .revoked, .revoked), ([between], .revoked, nil),
        ] as [([Revocation], TokenRefusal?, TokenRefusal?)] {
            know(all)
            #expect(refusal(of: mine) == mineIs, "\(all)")
            #expect(refusal(of: other) == otherIs, "\(all)")
        }
    }

    /// Against the rule itself, revocation by revocation.
    @Test func anyRevocationsOfAUserHaveTheEffectOfEachOfThem() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            let tokens = (0..<4).map { token("a", sessionBegan: start + .seconds($0 * 2)) }
            let all = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                Revocation(
                    subject: .user("a", exceptSession: Bool.random(using: &random) ? tokens.randomElement(using: &random)!.sessionID : nil),
                    at: start + .seconds(Int.random(in: -1...8, using: &random)))
            }
            know(all)
            for token in tokens {
                let isRevoked = all.contains { revocation in
                    guard case .user(_, let except) = revocation.subject else { return false }
                    return token.sessionBegan <= revocation.at && token.sessionID != except
                }
                #expect(refusal(of: token) == (isRevoked ? .revoked : nil), "\(all) \(token)")
            }
        }
    }

    @Test func whatIsNotKnownIsRefusedAndAReadingThatFailedChangesNothing() {
        let token = token("a", sessionBegan: start)
        #expect(refusal(of: token) == .outdated)
        list.refresh(nil, begun: clock.now)
        #expect(refusal(of: token) == .outdated)
        know([])
        #expect(refusal(of: token) == nil)
        clock.advance(by: .milliseconds(4499))
        #expect(refusal(of: token) == nil)
        clock.advance(by: .milliseconds(1))
        #expect(refusal(of: token) == .outdated)
        #expect(throws: TokenRefusal.outdated) { try list.check(apiToken: "7") }
        // A reading that began long ago tells nothing about the time since.
        list.refresh(nil, begun: clock.now - .milliseconds(4500))
        #expect(refusal(of: token) == .outdated)
        list.refresh(nil, begun: clock.now)
        #expect(refusal(of: token) == nil)
    }

    @Test func anUnchangedListKeepsWhatItHasAndAnOlderReadingDoesNotReplaceANewerOne() {
        let token = token("a", sessionBegan: start)
        let before = clock.now
        clock.advance(by: .seconds(1))
        know([Revocation(subject: .session(token.sessionID), at: start)], mark: "2")
        #expect(list.mark == "2")
        list.refresh(nil, begun: clock.now)
        list.refresh(Revocations(mark: "1", all: []), begun: before)
        #expect(refusal(of: token) == .revoked)
        #expect(list.mark == "2")
    }

    /// The promise, with the intervals that a service uses.
    @Test func within5SecondsNothingRevokedIsAcceptedWhateverHappensToTheStore() {
        let token = token("a", sessionBegan: start)
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let list = RevocationList(clock: clock.steady)
            let revokedAt = clock.now + .milliseconds(Int.random(in: 0..<5000, using: &random))
            let storeFailsAt = clock.now + .milliseconds(Int.random(in: 0..<12_000, using: &random))
            var reading: (end: SteadyClock.Instant, begun: SteadyClock.Instant)?
            while clock.now < revokedAt + .seconds(10) {
                if let done = reading, done.end <= clock.now {
                    let isRevoked = done.begun >= revokedAt
                    list.refresh(
                        Revocations(mark: "", all: isRevoked ? [Revocation(subject: .session(token.sessionID), at: start)] : []), begun: done.begun)
                    reading = nil
                }
                if reading == nil, clock.now < storeFailsAt {
                    // A slow store answers as things were when it was asked.
                    reading = (clock.now + .milliseconds(Int.random(in: 1000..<3000, using: &random)), clock.now)
                }
                let isAccepted = (try? list.check(token)) != nil
                if isAccepted { #expect(clock.now < revokedAt + .seconds(5)) }
                clock.advance(by: .milliseconds(100))
            }
        }
    }
}
