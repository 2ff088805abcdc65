import Logging
import ServiceLifecycle
import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct WatchdogTests {
    /// A store whose writes do what the test says.
    private final class Disk: Engine {
        enum Behaviour: Sendable { case works, isFull, hangs, cannotTell }

        let behaviour = Mutex(Behaviour.works)
        let writes = Mutex((begun: 0, open: 0))

        func probe() async throws -> String { "disk" }
        func maintain() async throws {}
        func close() async {}

        func tryWriting() async throws -> Bool {
            writes.withLock { $0 = ($0.begun + 1, $0.open + 1) }
            defer { writes.withLock { $0.open -= 1 } }
            while behaviour.withLock({ $0 == .hangs }) { try? await Task<Never, Never>.sleep(for: .milliseconds(5)) }
            switch behaviour.withLock({ $0 }) {
            case .isFull: throw ShippyError(.unavailable, "the disk is full")
            case .cannotTell: return false
            default: return true
            }
        }
    }

    private final class Told: Sendable {
        private let states = Mutex<[String]>([])
        func add(_ state: ServiceManager.State) { states.withLock { $0.append(state.line) } }
        var lines: [String] { states.withLock { $0 } }
        var alive: Int { lines.count { $0 == "WATCHDOG=1" } }
    }

    private let disk = Disk()
    private let told = Told()
    private let log = LogRecord()

    /// Runs `body` beside a watchdog, and then stops the watchdog as a shutdown does.
    private func watched(limit: Duration = .milliseconds(400), _ body: () async throws -> Void) async throws {
        let watchdog = Watchdog(store: disk, limit: limit, logger: log.logger) { [told] in told.add($0) }
        let group = ServiceGroup(services: [watchdog], logger: log.logger)
        async let end: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await end
    }

    @Test(.timeLimit(.minutes(1))) func itIsFedAfterEachWriteAndNotMoreOften() async throws {
        try await watched {
            try await eventually("it is fed three times") { told.alive >= 3 }
            #expect(disk.writes.withLock { $0.begun } - told.alive <= 1)
        }
        #expect(log.levels.allSatisfy { $0 < .notice }, "\(log.lines)")
    }

    @Test(.timeLimit(.minutes(1)), arguments: [true, false]) func itIsNotFedWhileWritesFail(isRefused: Bool) async throws {
        disk.behaviour.withLock { $0 = isRefused ? .isFull : .cannotTell }
        try await watched {
            // Failed writes are tried again much sooner than good ones.
            try await eventually("it has tried ten times") { disk.writes.withLock { $0.begun } >= 10 }
            #expect(told.alive == 0)
            let reason = isRefused ? "the disk is full" : "it has no way to try a write"
            #expect(told.lines == ["STATUS=the store does not take writes: \(reason)"])
            disk.behaviour.withLock { $0 = .works }
            try await eventually("it is fed again") { told.alive > 0 }
            try await eventually("the status says so") { told.lines.contains("STATUS=ready: the store takes writes again") }
        }
        #expect(log.levels.filter { $0 == .warning }.count == 1, "\(log.lines)")
    }

    @Test(.timeLimit(.minutes(1))) func aWriteThatHangsIsTheOnlyOne() async throws {
        disk.behaviour.withLock { $0 = .hangs }
        try await watched {
            try await eventually("it says so") { told.lines == ["STATUS=the store does not take writes: a write has been waiting for too long"] }
            #expect(disk.writes.withLock { $0.begun } == 1)
            disk.behaviour.withLock { $0 = .works }
            try await eventually("it is fed again") { told.alive > 0 }
        }
    }

    /// The write goes on; nobody waits for it.
    @Test(.timeLimit(.minutes(1))) func aShutdownDoesNotWaitForAWriteThatHangs() async throws {
        disk.behaviour.withLock { $0 = .hangs }
        try await watched(limit: .seconds(600)) {
            try await eventually("it writes") { disk.writes.withLock { $0.open } == 1 }
        }
        #expect(disk.writes.withLock { $0.open } == 1)
        #expect(told.lines.isEmpty)
        disk.behaviour.withLock { $0 = .works }
    }
}
