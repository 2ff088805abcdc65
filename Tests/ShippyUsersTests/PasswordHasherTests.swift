import Foundation
import ShippyCore
import Synchronization
import Testing

@testable import ShippyUsers

@Suite struct PasswordHasherTests {
    @Test func whatNobodyWaitsForIsNotHashed() async throws {
        // One of this cost takes a second, so that few are hashed before all are cancelled.
        let hasher = PasswordHasher(cost: 14)
        let hashed = await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { (try? await hasher.hash("correct horse")) != nil } }
            group.cancelAll()
            return await group.reduce(into: 0) { count, isHashed in count += isHashed ? 1 : 0 }
        }
        #expect(hashed < 50)
        await hasher.close()
    }

    @Test func tellsTheRightPassword() async throws {
        let hasher = PasswordHasher(cost: 10)
        let hash = try await hasher.hash("correct horse")
        #expect(try await hasher.verify("correct horse", against: hash) == .right(needsRehash: false))
        #expect(try await hasher.verify("correct horsf", against: hash) == .wrong)
        #expect(try await hasher.verify("Correct horse", against: hash) == .wrong)
        #expect(try await hasher.verify("correct horse", against: nil) == .wrong)
        await hasher.close()
    }

    /// "U*U" is a test vector of Openwall's crypt_blowfish. The other hashes are of PHP and of htpasswd's kind.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        // Spare bits in the salt's last character.
        ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC/E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
    ])
    func verifiesHashesOfOthers(password: String, hash: String) async throws {
        let hasher = PasswordHasher(cost: 5)
        #expect(try await hasher.verify(password, against: hash) == .right(needsRehash: !hash.hasPrefix("$2b$")))
        #expect(try await hasher.verify(password + "x", against: hash) == .wrong)
        await hasher.close()
    }

    @Test(arguments: [
        "", "x", "$2b$", "$2b$05$", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWx",
        "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$21$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2b$+5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2b$05$CCCCCCCCCCCCCCCCCCCC:.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8",
        "U*U", "*0", "*1",
    ])
    func aHashOfAnotherKindIsWrong(hash: String) async throws {
        let work = Work()
        let hasher = work.hasher(cost: 5)
        #expect(try await hasher.verify("U*U", against: hash) == .wrong)
        #expect(work.take() == 2)
        await hasher.close()
    }

    /// Cost 31 would take a week.
    @Test(arguments: [("03", false), ("04", true), ("20", true), ("21", false), ("31", false), ("99", false)])
    func aCostHasLimits(cost: String, isRead: Bool) {
        #expect((BcryptHash("$2b$\(cost)$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") != nil) == isRead)
    }

    @Test func aHashOfAnotherCostIsToBeReplaced() async throws {
        let (old, new) = (PasswordHasher(cost: 4), PasswordHasher(cost: 5))
        let hash = try await old.hash("correct horse")
        #expect(try await new.verify("correct horse", against: hash) == .right(needsRehash: true))
        #expect(try await old.verify("correct horse", against: new.hash("correct horse")) == .right(needsRehash: true))
        // An old password may be weak, and is hashed again all the same.
        #expect(try await new.hash("short").hasPrefix("$2b$05$"))
        await old.close()
        await new.close()
    }

    /// A wrong answer does not tell by its time whether there is such a user.
    @Test(arguments: ["wrong", "", String(repeating: "x", count: 73), "a\0b", String(repeating: "x", count: 5000)])
    func aWrongPasswordTakesTheSameWorkForAnyone(password: String) async throws {
        let work = Work()
        let hasher = work.hasher(cost: 7)
        var hashes: [String?] = [nil, "", "malformed", "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"]
        for cost in 4...7 { hashes.append(try await PasswordHasher(cost: cost).hash("correct horse")) }
        for hash in hashes {
            #expect(try await hasher.verify(password, against: hash) == .wrong)
            #expect(work.take() == 8, "\(hash ?? "no hash")")
        }
        await hasher.close()
    }

    /// One that can be read in two ways takes twice the work, for anyone.
    @Test func anotherNormalizationIsTriedForAnyone() async throws {
        let work = Work()
        let hasher = work.hasher(cost: 5)
        let (composed, decomposed) = ("caf\u{e9} au lait", "cafe\u{301} au lait")
        let hash = try await hasher.hash(decomposed)
        #expect(bcryptVerifies(composed, hash) && !bcryptVerifies(decomposed, hash))
        _ = work.take()
        #expect(try await hasher.verify(composed, against: hash) == .right(needsRehash: false))
        #expect(try await hasher.verify(decomposed, against: hash) == .right(needsRehash: false))
        // Made of the bytes as they were typed, by an earlier release.
        let earlier = try Bcrypt.hash(decomposed, Bcrypt.setting(cost: 5))
        #expect(try await hasher.verify(decomposed, against: earlier) == .right(needsRehash: true))
        #expect(try await hasher.verify(composed, against: earlier) == .wrong)
        _ = work.take()
        for hash in [hash, earlier, nil, "malformed"] {
            #expect(try await hasher.verify("th\u{e9} au lai\u{74}\u{301}e\u{301}", against: hash) == .wrong)
            #expect(work.take() == 4)
        }
        await hasher.close()
    }

    /// bcrypt would cut both.
    @Test func passwordsThatShare72BytesDoNotInterchange() async throws {
        let hasher = PasswordHasher(cost: 4)
        let longest = String(repeating: "a", count: 72)
        let hash = try await hasher.hash(longest)
        #expect(try await hasher.verify(longest, against: hash).isRight)
        #expect(try await !hasher.verify(longest + "b", against: hash).isRight)
        #expect(try await !hasher.verify("geheimer\0rest", against: hasher.hash("geheimer")).isRight)
        await hasher.close()
    }

    /// With the lowest cost, so that a thousand of each take two seconds.
    @Test func aThousandTimesTellNothing() async throws {
        let hasher = PasswordHasher(cost: 4)
        let hash = try await hasher.hash("correct horse")
        var known: [Duration] = []
        var unknown: [Duration] = []
        for _ in 0..<1000 {
            let start = ContinuousClock.now
            _ = try await hasher.verify("wrong", against: hash)
            let middle = ContinuousClock.now
            _ = try await hasher.verify("wrong", against: nil)
            known.append(middle - start)
            unknown.append(.now - middle)
        }
        let ratio = known.sorted()[500] / unknown.sorted()[500]
        #expect((0.8...1.25).contains(ratio))
        await hasher.close()
    }

    /// With real threads, which are held until all are waiting.
    @Test func aLoginFromAnotherAddressPassesAFullQueue() async throws {
        let gate = NSCondition()
        let isOpen = Mutex(false)
        let order = Mutex<[String]>([])
        let hasher = PasswordHasher(cost: 4) { password, _ in
            gate.withLock { while !isOpen.withLock({ $0 }) { gate.wait() } }
            order.withLock { $0.append(password) }
            return ""
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    do {
                        return try await hasher.verify("attack", against: nil, for: ClientAddress("127.0.0.2")) != .wrong
                    } catch let error as ShippyError where error.code == .overloaded {
                        return true
                    }
                }
            }
            var refused = 0
            // The others wait for the gate.
            while refused < 200 - PasswordHasher.queueLimit, let isRefused = try await group.next() { refused += isRefused ? 1 : 0 }
            #expect(hasher.depth == PasswordHasher.queueLimit)
            group.addTask { try await hasher.verify("right", against: nil, for: ClientAddress("127.0.0.1")).isRight }
            while try await group.next() != true {}
            #expect(hasher.depth == PasswordHasher.queueLimit)
            refused += 1
            gate.withLock {
                isOpen.withLock { $0 = true }
                gate.broadcast()
            }
            return try await group.reduce(refused) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 200 - PasswordHasher.queueLimit + 1)
        let place = try #require(order.withLock { $0.firstIndex(of: "right") })
        #expect(place <= 2 * cores)
        await hasher.close()
    }

    @Test func aClosedHasherAnswersAtOnce() async throws {
        let hasher = PasswordHasher(cost: 4)
        _ = try await hasher.hash("correct horse")
        await hasher.close()
        await #expect(throws: ShippyError.shuttingDown("users")) { try await hasher.hash("correct horse") }
    }
}
