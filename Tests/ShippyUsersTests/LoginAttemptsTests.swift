import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyUsers

@Suite struct LoginAttemptsTests {
    private let clock = ManualClock()
    private let attempts: LoginAttempts
    private let ada = LoginAccount("ada@example.com", mailDomain: nil)
    private let home = ClientAddress("192.0.2.1")

    init() { attempts = LoginAttempts(clock: clock.steady) }

    /// The wait that refuses an attempt; nil if its password was looked at.
    @discardableResult
    private func attempt(
        _ account: LoginAccount, from address: ClientAddress?, _ outcome: LoginAttempts.Outcome = .wrong, to attempts: LoginAttempts? = nil
    ) -> Duration? {
        let attempts = attempts ?? self.attempts
        do {
            attempts.record(try attempts.admit(account, from: address), outcome)
            return nil
        } catch {
            return error.retryAfter
        }
    }

    private func account(_ number: Int) -> LoginAccount { LoginAccount("u\(number)@example.com", mailDomain: nil) }
    private func address(_ number: Int) -> ClientAddress? { ClientAddress("10.\(number / 65536).\(number / 256 % 256).\(number % 256)") }

    // MARK: An account from one address

    @Test func theWaitGrowsAndIsTold() {
        for _ in 0..<5 { #expect(attempt(ada, from: home) == nil) }
        var waits: [Int64] = []
        for _ in 0..<30 {
            #expect(attempt(ada, from: home) == nil)
            let wait = attempt(ada, from: home)
            waits.append(wait?.components.seconds ?? 0)
            clock.advance(by: (wait ?? .zero) - .milliseconds(1))
            // Trying in the meantime neither helps nor harms.
            for _ in 0..<100 { #expect(attempt(ada, from: home) == .seconds(1)) }
            clock.advance(by: .milliseconds(1))
        }
        #expect(waits.prefix(8) == [1, 2, 4, 8, 16, 32, 64, 128])
        #expect(waits.allSatisfy { $0 <= 300 } && waits.suffix(2) == [300, 300])
    }

    @Test func anErrorTellsHowLongToWaitAndNothingElse() {
        for _ in 0..<6 { attempt(ada, from: home) }
        let error = #expect(throws: ShippyError.self) { try attempts.admit(ada, from: home) }
        #expect(error == ShippyError(.limited, "too many attempts to log in: try again in 1 second", retryAfter: .seconds(1)))
    }

    /// Whether each of these attempts was the first that its wait held; nil for one whose password was looked at.
    private func notices(_ count: Int, _ account: LoginAccount, from address: ClientAddress?) async -> [Bool?] {
        var notices: [Bool?] = []
        for _ in 0..<count {
            var isFirst: Bool?
            _ = try? await attempts.check(account, from: address, onWait: { isFirst = $0 }) { _ in .wrong }
            notices.append(isFirst)
        }
        return notices
    }

    /// So that each can be recorded once.
    @Test func theFirstAttemptThatAWaitHoldsIsTold() async {
        #expect(await notices(9, ada, from: home) == [nil, nil, nil, nil, nil, nil, true, false, false])
        clock.advance(by: .seconds(1))
        #expect(await notices(3, ada, from: home) == [nil, true, false])
        #expect(await notices(9, account(1), from: home).compactMap(\.self) == [true, false, false])
    }

    /// Whoever has many addresses or names gets no more entries than wrong passwords.
    @Test func aWaitOfAnAddressOrOfStrangersIsToldOnce() async {
        var first = 0
        for number in 0..<1000 { first += await notices(1, account(number), from: home).count { $0 == true } }
        #expect(first == 1, "of the address")
        first = 0
        for number in 0..<1000 { first += await notices(2, ada, from: address(number)).count { $0 == true } }
        #expect(first == 1, "of the account")
    }

    @Test func anAccountsWaitsCanBeLifted() {
        for _ in 0..<20 { attempt(ada, from: home) }
        for number in 0..<1000 { attempt(ada, from: address(number)) }
        for _ in 0..<20 { attempt(account(1), from: home) }
        #expect(attempt(ada, from: home) != nil && attempt(ada, from: address(7)) != nil)
        attempts.lift(ada)
        #expect(attempt(ada, from: address(5000)) == nil && attempt(ada, from: address(7)) == nil)
        #expect(attempt(ada, from: home, .right) == nil)
        #expect(attempt(account(1), from: home) != nil, "another account's")
    }

    @Test func theRightPasswordEndsTheWaits() {
        for _ in 0..<5 { attempt(ada, from: home) }
        #expect(attempt(ada, from: home, .right) == nil)
        for _ in 0..<6 { #expect(attempt(ada, from: home) == nil) }
        #expect(attempt(ada, from: home) != nil)
    }

    @Test func wrongPasswordsAreForgottenOneByOne() {
        for _ in 0..<6 { attempt(ada, from: home) }
        clock.advance(by: .seconds(2 * 360))
        for _ in 0..<2 { #expect(attempt(ada, from: home) == nil) }
        #expect(attempt(ada, from: home) != nil)
    }

    @Test func attemptsAtTheSameTimeGainNothing() {
        var admissions: [LoginAdmission] = []
        for _ in 0..<100 { if let admission = try? attempts.admit(ada, from: home) { admissions.append(admission) } }
        #expect(admissions.count == 6)
        for admission in admissions { attempts.record(admission, .wrong) }
        #expect(attempt(ada, from: home) != nil)
    }

    /// The queue was full: the next one may try at once.
    @Test func aPasswordThatWasNotCheckedDoesNotCount() {
        for _ in 0..<5 { attempt(ada, from: home) }
        for _ in 0..<1000 { #expect(attempt(ada, from: home, .unchecked) == nil) }
        #expect(attempt(ada, from: home) == nil)
        #expect(attempt(ada, from: home) == .seconds(1))
    }

    @Test func anUncheckedPasswordDoesNotEndALaterWait() throws {
        for _ in 0..<5 { attempt(ada, from: home) }
        let slow = try attempts.admit(ada, from: home)
        clock.advance(by: .seconds(1))
        #expect(attempt(ada, from: home) == nil)
        attempts.record(slow, .unchecked)
        #expect(attempt(ada, from: home) == .seconds(2))
    }

    @Test(arguments: [("Ada@Example.com", "ada@example.com"), ("ADA", "ada@localhost"), ("ada@b\u{fc}cher.example", "ada@xn--bcher-kva.example")])
    func spellingsOfAnAddressAreOneAccount(one: String, other: String) {
        #expect(LoginAccount(one, mailDomain: "localhost") == LoginAccount(other, mailDomain: "localhost"))
    }

    /// No address at all, but still somebody's attempt.
    @Test(arguments: ["", "no such user", "@", "\u{1b}[2J"])
    func whatIsNoAddressIsAnAccountLikeAnyOther(typed: String) {
        let account = LoginAccount(typed, mailDomain: nil)
        for _ in 0..<6 { #expect(attempt(account, from: home) == nil) }
        #expect(attempt(account, from: home) == .seconds(1))
        #expect(attempt(ada, from: home) == nil)
        #expect(!"\(account)".contains("no such"))
    }

    // MARK: An address

    @Test func anAddressHasALimitOverAllAccounts() {
        let checked = (0..<10_000).count { attempt(account($0), from: home) == nil }
        #expect(checked == 60)
        #expect(attempt(ada, from: home) == .seconds(5))
        clock.advance(by: .seconds(5))
        #expect(attempt(ada, from: home) == nil)
        #expect(attempt(ada, from: home) == .seconds(5))
        #expect(attempt(ada, from: address(2)) == nil)
    }

    @Test func rightPasswordsDoNotCount() {
        for number in 0..<1000 { #expect(attempt(account(number), from: home, .right) == nil) }
        for number in 0..<1000 { #expect(attempt(account(number), from: home, .unchecked) == nil) }
        #expect((2000..<3000).count { attempt(account($0), from: home) == nil } == 60)
    }

    /// Whoever has one address of IPv6 has 65,536 networks of 64 bits, and each of their addresses.
    @Test func aNetworkOfIPv6HasALimit() {
        let checked = (0..<10_000).count { number in
            attempt(account(number), from: ClientAddress("2001:db8:1:\(String(number, radix: 16))::\(number % 9)")) == nil
        }
        #expect(checked == 600)
        #expect(attempt(ada, from: ClientAddress("2001:db8:2::1")) == nil)
    }

    // MARK: Familiar addresses

    @Test func strangersCannotHoldUpTheUser() {
        #expect(attempt(ada, from: home, .right) == nil)
        for number in 0..<5000 { attempt(ada, from: address(number)) }
        let admission = try? attempts.admit(ada, from: home)
        #expect(admission?.isFamiliar == true)
    }

    /// A user on a new machine waits half a minute at most, whatever the strangers do in the meantime.
    @Test func strangersHoldUpAStrangerForABoundedTime() {
        for number in 0..<5000 { attempt(ada, from: address(number)) }
        let wait = attempt(ada, from: home, .right)
        #expect(wait == .seconds(30))
        for number in 5000..<10_000 { attempt(ada, from: address(number)) }
        clock.advance(by: .seconds(30))
        for number in 0..<10_000 where number % 2 == 0 { attempt(ada, from: address(number)) }
        #expect(attempt(ada, from: home, .right) == nil)
        #expect((try? attempts.admit(ada, from: home).isFamiliar) == true)
    }

    /// One each ten seconds: the turns are in the order of the attempts.
    @Test func strangersTakeTurns() {
        for number in 0..<300 { #expect(attempt(ada, from: address(number)) == nil) }
        #expect(attempt(ada, from: address(1000)) == .seconds(10))
        #expect(attempt(ada, from: address(1001)) == .seconds(20))
        clock.advance(by: .seconds(10))
        #expect(attempt(ada, from: address(1001)) == .seconds(10))
        #expect(attempt(ada, from: address(1000)) == nil)
        #expect(attempt(account(1), from: address(1001)) == nil)
    }

    /// The queue was full when its turn had come.
    @Test func aTurnIsKeptUntilAPasswordIsChecked() {
        for number in 0..<1000 { attempt(ada, from: address(number)) }
        #expect(attempt(ada, from: home) == .seconds(30))
        clock.advance(by: .seconds(30))
        for number in 1000..<2000 { attempt(ada, from: address(number)) }
        for _ in 0..<3 { #expect(attempt(ada, from: home, .unchecked) == nil) }
        #expect(attempt(ada, from: home) == nil)
        #expect(attempt(ada, from: home) == .seconds(30))
    }

    /// A busy program logs in many times at once, and somebody behind the same address does not stop it for long.
    @Test func aFamiliarAddressMayDoManyThingsAtOnce() {
        attempt(ada, from: home, .right)
        for number in 0..<100 { attempt(account(number), from: home) }
        let admissions = (0..<50).compactMap { _ in try? attempts.admit(ada, from: home) }
        #expect(admissions.count == 50)
        for admission in admissions { attempts.record(admission, .wrong) }
        #expect(attempt(ada, from: home) == .seconds(300))
    }

    @Test func anAccountHasALimitedNumberOfFamiliarAddresses() {
        let attempts = LoginAttempts(clock: clock.steady, limit: 64)
        attempt(ada, from: home, .right, to: attempts)
        let own = account(1)
        for number in 0..<1000 { attempt(own, from: address(number), .right, to: attempts) }
        #expect((try? attempts.admit(ada, from: home).isFamiliar) == true)
        #expect((try? attempts.admit(own, from: address(999)).isFamiliar) == true)
        #expect((try? attempts.admit(own, from: address(0)).isFamiliar) == false)
    }

    // MARK: Memory

    /// A long wait is not forgotten for many short ones.
    @Test func aFullTableForgetsWhatMattersLeast() {
        let attempts = LoginAttempts(clock: clock.steady, limit: 64)
        var wait = Duration.zero
        while wait < .seconds(128) {
            clock.advance(by: wait)
            wait = attempt(ada, from: home, to: attempts) ?? .zero
        }
        for number in 0..<10_000 { attempt(account(number), from: address(number), to: attempts) }
        #expect(attempt(ada, from: home, to: attempts) == .seconds(128))
        #expect(attempts.count <= 64)
    }

    @Test func whatIsOverMakesRoomFirst() {
        var table = ExpiringTable<Int, FadingCount>(limit: 16)
        for number in 0..<16 {
            var count = FadingCount(interval: .seconds(number < 8 ? 1 : 100), at: clock.now)
            count.add(at: clock.now, limit: 10)
            table.set(number, count, at: clock.now)
        }
        clock.advance(by: .seconds(2))
        var count = FadingCount(interval: .seconds(50), at: clock.now)
        count.add(at: clock.now, limit: 10)
        table.set(16, count, at: clock.now)
        #expect(table.count == 9)
        #expect((0..<17).filter { table.value($0, at: clock.now) != nil } == Array(8..<17))
    }

    // MARK: An attack

    /// 10,000 wrong passwords over 100 accounts, from some addresses as fast as they can, and a right login from another one. Two
    /// threads hash, each for 190 ms: bcrypt of cost 12 on a small machine. Creations keep the threads busy, too. Of 40 addresses,
    /// each must have had its first turn before: until then, they are as new as the right one.
    @Test(arguments: [(8, 0), (8, 1), (8, 5), (8, 20), (40, 10), (40, 20)])
    func theRightLoginIsDoneInTwoSeconds(attackers: Int, second: Int) throws {
        struct Job {
            var admission: LoginAdmission?
            var isRight = false
        }
        var queue = HashQueue<Job>(limit: PasswordHasher.queueLimit)
        var running: [(job: Job, end: ContinuousClock.Instant)] = []
        let start = clock.now
        var (sent, hashed, id) = (0, 0, UInt64(0))
        var arrival: ContinuousClock.Instant?
        var done: ContinuousClock.Instant?

        func add(_ job: Job, _ share: HashQueue<Job>.Share) {
            id += 1
            switch queue.add(job, id: id, share: share) {
            case .waiting(let displaced):
                if let displaced, let admission = displaced.admission { attempts.record(admission, .unchecked) }
                if displaced?.isRight == true { Issue.record("the right login was displaced") }
            case .full:
                if let admission = job.admission { attempts.record(admission, .unchecked) }
                if job.isRight { Issue.record("the right login was refused") }
            }
        }

        while done == nil, clock.now - start < .seconds(second + 10) {
            // In the worst order: each account in turn from all addresses, at 2,000 a second.
            for _ in 0..<20 where sent < 10_000 {
                let from = ClientAddress("127.0.0.\(2 + sent % attackers)")
                if let admission = try? attempts.admit(account(sent / 100), from: from) {
                    add(Job(admission: admission), .init(lane: .login, network: from))
                }
                sent += 1
            }
            add(Job(), .init(lane: .creation, network: nil))
            if arrival == nil, clock.now - start >= .seconds(second) {
                let from = ClientAddress("127.0.0.1")
                let admission = try attempts.admit(account(min(sent, 9999) / 100), from: from)
                add(Job(admission: admission, isRight: true), .init(lane: .login, network: from))
                arrival = clock.now
            }
            for (job, _) in running.filter({ $0.end <= clock.now }) {
                queue.finish()
                guard let admission = job.admission else { continue }
                hashed += 1
                attempts.record(admission, job.isRight ? .right : .wrong)
                if job.isRight { done = clock.now }
            }
            running.removeAll { $0.end <= clock.now }
            while running.count < 2, let job = queue.next() { running.append((job, clock.now + .milliseconds(190))) }
            clock.advance(by: .milliseconds(10))
        }
        let took = try #require(done) - #require(arrival)
        #expect(took < .seconds(2), "\(took)")
        #expect(hashed <= 70 * attackers)
    }
}
