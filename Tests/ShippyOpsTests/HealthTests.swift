import ShippyCore
import ShippyOps
import Synchronization
import TestSupport
import Testing

@Suite struct HealthTests {
    private struct Answering: Engine {
        func probe() async throws -> String { "Engine 1" }
        func maintain() async throws {}
        func close() async {}
    }

    private struct Away: Engine {
        func probe() async throws -> String { throw ShippyError(.unavailable, "away") }
        func maintain() async throws {}
        func close() async {}
    }

    private final class Hanging: Engine {
        let asked = Mutex(0)
        let mayAnswer = Mutex(false)

        func probe() async throws -> String {
            asked.withLock { $0 += 1 }
            while !mayAnswer.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            return "Engine 1"
        }

        func maintain() async throws {}
        func close() async {}
    }

    /// Takes writes, or not, and counts how often it was asked to.
    private final class Trying: Engine {
        let isFull = Atomic<Bool>(true)
        let trials = Atomic<Int>(0)

        func probe() async throws -> String { "Engine 1" }

        func tryWriting() async throws -> Bool {
            trials.add(1, ordering: .relaxed)
            if isFull.load(ordering: .relaxed) { throw ShippyError(.failed, "still full") }
            return true
        }

        func maintain() async throws {}
        func close() async {}
    }

    private struct NeverWrites: Engine {
        func probe() async throws -> String { "Engine 1" }

        func tryWriting() async throws -> Bool {
            try await Task.sleep(for: .seconds(600))
            return true
        }

        func maintain() async throws {}
        func close() async {}
    }

    /// What a new look says: one that was just taken is believed for a second.
    private func report(_ health: Health) async -> Health.Report {
        health.setServing(true)
        return await health.check()
    }

    @Test func aFailedWriteIsNotReadyThoughTheProbeIsFine() async throws {
        let (storeWrites, busWrites) = (LastWrite(), LastWrite())
        let health = Health(engines: [("store", Answering(), [LastWrite(), storeWrites]), ("bus", Answering(), [busWrites])])
        #expect(await report(health).isReady)
        await #expect(throws: ShippyError.self) { try await busWrites.observe { throw ShippyError(.unavailable, "maximum bytes exceeded") } }
        var failed = await report(health)
        #expect(!failed.isReady)
        #expect(failed.text.contains("ok store: Engine 1\n"))
        #expect(failed.text.contains("failed bus: Engine 1, but the last write failed: maximum bytes exceeded\n"))
        // One engine's success is not another one's.
        try await storeWrites.observe {}
        failed = await report(health)
        #expect(!failed.isReady)
        try await busWrites.observe {}
        #expect(await report(health).isReady)
    }

    private func failed() async -> LastWrite {
        let write = LastWrite()
        await #expect(throws: ShippyError.self) { try await write.observe { throw ShippyError(.unavailable, "connection refused") } }
        return write
    }

    @Test func aFailedWriteIsForgottenWhenTheEngineTakesOneAgain() async throws {
        let (engine, writes) = (Trying(), await failed())
        let health = Health(engines: [("store", engine, [LastWrite(), writes])])
        // It is tried, refuses, and is not asked again at once.
        #expect(await !report(health).isReady)
        #expect(await report(health).text.contains("the last write failed: still full"))
        #expect(engine.trials.load(ordering: .relaxed) == 1)
        engine.isFull.store(false, ordering: .relaxed)
        try await eventually("it is tried again") { await report(health).isReady }
        #expect(writes.failure == nil)
        #expect(engine.trials.load(ordering: .relaxed) == 2)
    }

    @Test func aCheckDoesNotWaitForATrialThatHangs() async throws {
        let health = Health(engines: [("store", NeverWrites(), [await failed()])])
        let begin = ContinuousClock.now
        #expect(await !report(health).isReady)
        #expect(begin.duration(to: .now) < .seconds(30))
    }

    @Test func anEngineThatNothingIsWrongWithIsNotWrittenTo() async throws {
        let engine = Trying()
        #expect(await report(Health(engines: [("store", engine, [LastWrite()])])).isReady)
        #expect(engine.trials.load(ordering: .relaxed) == 0)
    }

    @Test func onlyAServiceThatServesIsReady() async {
        let health = Health(engines: [("store", Answering(), [LastWrite()])])
        #expect(await !health.check().isReady)
        #expect(await report(health).isReady)
        health.setServing(false)
        let ending = await health.check()
        #expect(!ending.isReady)
        #expect(ending.text.contains("not serving"))
    }

    /// Whoever asks is told in time, and one that hangs is not asked again meanwhile.
    @Test func anEngineThatDoesNotAnswerIsNotReady() async throws {
        let hanging = Hanging()
        let health = Health(engines: [("store", hanging, [LastWrite()]), ("bus", Answering(), [LastWrite()])], patience: .milliseconds(50))
        for _ in 0..<3 {
            let failed = await report(health)
            #expect(!failed.isReady)
            #expect(failed.text.contains("failed store: no answer within 0.05 seconds\nok bus: Engine 1\n"), "\(failed.text)")
        }
        #expect(hanging.asked.withLock { $0 } == 1)
        hanging.mayAnswer.withLock { $0 = true }
        try await eventually("it is ready again") { await report(health).isReady }
    }

    @Test func anEngineThatIsAwayIsNotReady() async {
        let health = Health(engines: [("store", Away(), [LastWrite()])])
        let failed = await report(health)
        #expect(!failed.isReady)
        #expect(failed.text.contains("failed store: away"))
    }
}
