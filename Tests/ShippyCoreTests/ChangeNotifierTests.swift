import ShippyCore
import Synchronization
import TestSupport
import Testing

struct ChangeNotifierTests {
    @Test func aChangeBetweenLookAndWaitIsNotMissed() async throws {
        let changes = ChangeNotifier()
        let mark = changes.mark
        changes.raise()
        let isBack = Mutex(false)
        let waiting = Task {
            await changes.wait(after: mark, upTo: .seconds(600))
            isBack.withLock { $0 = true }
        }
        defer { waiting.cancel() }
        try await eventually("it is back", within: .seconds(20)) { isBack.withLock { $0 } }
    }

    @Test func wakesEveryoneWhoWaits() async {
        let changes = ChangeNotifier()
        let mark = changes.mark
        let start = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await changes.wait(after: mark, upTo: .seconds(600)) } }
            group.addTask { changes.raise() }
        }
        #expect(start.duration(to: .now) < .seconds(300))
    }

    @Test func endsAtItsTimeOutAndWhenCancelled() async {
        let changes = ChangeNotifier()
        await changes.wait(after: changes.mark, upTo: .milliseconds(10))
        let start = ContinuousClock.now
        let task = Task { await changes.wait(after: changes.mark, upTo: .seconds(600)) }
        task.cancel()
        await task.value
        #expect(start.duration(to: .now) < .seconds(300))
    }

    @Test func eachWaitHasATimeOutOfItsOwn() async {
        let changes = ChangeNotifier()
        let mark = changes.mark
        let start = ContinuousClock.now
        let long = Task { await changes.wait(after: mark, upTo: .seconds(600)) }
        for _ in 0..<3 { await changes.wait(after: mark, upTo: .milliseconds(10)) }
        #expect(start.duration(to: .now) >= .milliseconds(30))
        #expect(start.duration(to: .now) < .seconds(300))
        changes.raise()
        await long.value
        #expect(start.duration(to: .now) < .seconds(300))
    }
}
