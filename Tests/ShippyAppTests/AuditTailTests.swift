import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyApp

struct AuditTailTests {
    private final class Seen: Sendable {
        let shown = Mutex<[AuditEntry]>([])
        let said = Mutex<[String]>([])
    }

    /// Follows `access` in a task, until `body` returns.
    private func following(
        _ access: FakeAccess, after cursor: String? = nil, last count: Int? = nil,
        _ body: (_ shown: @Sendable () -> [AuditEntry], _ said: @Sendable () -> [String]) async throws -> Void
    ) async throws {
        let seen = Seen()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                let tail = AuditTail(
                    reader: AuditReader(access: access, filter: AuditFilter(action: "user"), after: cursor), pause: .milliseconds(5),
                    say: { text in seen.said.withLock { $0.append(text) } }, isClosed: { false })
                try await tail.follow(last: count) { entries in seen.shown.withLock { $0 += entries } }
            }
            try await body({ seen.shown.withLock { $0 } }, { seen.said.withLock { $0 } })
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                // As for every command that is interrupted.
            }
        }
    }

    @Test func eachEntryIsShownOnce() async throws {
        let start = Timestamp.now
        let old = (0..<2500).map { Samples.auditEntry(at: start - .seconds(60) + .milliseconds($0)) }
        let access = FakeAccess { $0.entries = old }
        try await following(access) { shown, _ in
            try await eventually("all that there are") { shown().count == 2500 }
            let new = Samples.auditEntry(at: start)
            access.state.withLock { $0.entries.append(new) }
            try await eventually("a new one") { shown().last == new }
            let calls = access.calls.count
            try await eventually("some more readings") { access.calls.count > calls + 3 }
            #expect(shown() == old + [new])
        }
        #expect(access.calls.allSatisfy { $0.hasPrefix("audit - - user - - - after") })
    }

    @Test func theLastEntriesAreShownFirstAndNoneBeforeThem() async throws {
        let start = Timestamp.now
        let old = (0..<30).map { Samples.auditEntry(at: start - .seconds(3) + .milliseconds($0)) }
        let access = FakeAccess { $0.entries = old }
        try await following(access, last: 10) { shown, _ in
            try await eventually("the last ten") { shown().count == 10 }
            let late = Samples.auditEntry(at: start - .seconds(2))
            let new = Samples.auditEntry(at: start)
            // The first reading after them has to be over: until then, one with an earlier ID counts as one of before.
            try await eventually("some readings") { access.calls.count > 3 }
            access.state.withLock { $0.entries += [late, new] }
            try await eventually("new ones, whatever their place") { shown().count == 12 }
            #expect(shown() == old.suffix(10) + [late, new])
        }
    }

    /// Another process's clock is behind, or its transaction took longer.
    @Test func anEntryWithAnEarlierIDIsNotMissed() async throws {
        let start = Timestamp.now
        let access = FakeAccess { $0.entries = [Samples.auditEntry(at: start)] }
        try await following(access) { shown, _ in
            try await eventually("the first") { shown().count == 1 }
            let late = Samples.auditEntry(id: UUIDv7.lowerBound(start - .seconds(8)), at: start - .seconds(8))
            access.state.withLock { $0.entries.append(late) }
            try await eventually("the late one") { shown().last == late }
        }
    }

    @Test func entriesUpToTheCursorAreNotShown() async throws {
        let start = Timestamp.now
        let entries = (0..<3).map { Samples.auditEntry(at: start + .milliseconds($0)) }
        let access = FakeAccess { $0.entries = entries }
        try await following(access, after: entries[1].id) { shown, _ in
            try await eventually("the last") { shown().last == entries[2] }
            let calls = access.calls.count
            try await eventually("some more readings") { access.calls.count > calls + 3 }
            #expect(shown() == [entries[2]])
        }
    }

    @Test func anOutageIsReportedOnceAndWaitedFor() async throws {
        let access = FakeAccess { $0.entries = [Samples.auditEntry()] }
        try await following(access) { shown, said in
            try await eventually("the first") { shown().count == 1 }
            access.state.withLock { $0.failure = ShippyError(.unavailable, "away") }
            let calls = access.calls.count
            try await eventually("some attempts") { access.calls.count > calls + 5 }
            let new = Samples.auditEntry()
            access.state.withLock { state in
                state.failure = nil
                state.entries.append(new)
            }
            try await eventually("the next") { shown().last == new }
            try await eventually("the end of the outage") { said().count == 2 }
            #expect(said()[0].hasSuffix("away") && said()[1].contains("again"))
        }
    }

    @Test(arguments: [ShippyError.Code.unavailable, .forbidden])
    func whatCannotBeReadAtAllIsAnError(code: ShippyError.Code) async throws {
        let access = FakeAccess { $0.failure = ShippyError(code, "no") }
        for last in [nil, 10] {
            let error = await #expect(throws: ShippyError.self) {
                try await AuditTail(reader: AuditReader(access: access, filter: AuditFilter())).follow(last: last) { _ in }
            }
            #expect(error?.code == code)
        }
    }

    @Test func itEndsWhenNobodyReadsItAnyMore() async throws {
        let tail = AuditTail(reader: AuditReader(access: FakeAccess(), filter: AuditFilter()), isClosed: { true })
        await #expect(throws: OutputClosed.self) { try await tail.follow(last: nil) { _ in } }
    }
}
