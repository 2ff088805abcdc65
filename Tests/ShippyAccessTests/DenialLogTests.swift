import ShippyCore
import Synchronization
import TestSupport
import Testing

@testable import ShippyAccess

/// What becomes of calls that were denied because of the caller's role.
@Suite struct DenialLogTests {
    /// An audit log in memory.
    private final class Recorded: AuditLog {
        private let state = Mutex<(entries: [AuditEntry], isAway: Bool)>(([], false))

        var entries: [AuditEntry] { state.withLock { $0.entries } }
        func goAway() { state.withLock { $0.isAway = true } }

        func record(_ entries: [AuditEntry]) async throws {
            try state.withLock { state in
                if state.isAway { throw ShippyError(.unavailable, "away") }
                state.entries += entries
            }
        }

        func auditEntries(_ filter: AuditFilter, _ page: AuditPage, limit: Int) async throws -> [AuditEntry] { entries }
    }

    private static let ada = Caller(.user(id: "ada", session: "s"), role: .user, address: "192.0.2.1")
    private let recorded = Recorded()
    private let clock = ManualClock()
    private let log = LogRecord()
    private let denials: DenialLog

    init() { denials = DenialLog(store: recorded, clock: clock.steady, logger: log.logger) }

    /// Knows the token "ada" and the user "bob", an operator.
    private var gate: AccessGate {
        AccessGate(
            AccessRules(mode: .token, signUp: .closed),
            find: { $0 == .user("bob") ? AccessRules.Target(userID: "bob", role: .operator) : nil }, denials: denials,
            authenticate: { credentials in
                if credentials.token == nil { return .anonymous(from: credentials.address) }
                guard credentials.token == "ada" else { throw ShippyError.invalidToken }
                return Self.ada
            })
    }

    private func refuse(_ operation: AccessOperation, _ token: String?, on users: String...) async {
        await #expect(throws: ShippyError.self) {
            _ = try await gate.admit(operation, PresentedCredentials(token: token, address: ""), requestID: "r7") { users.map { .user($0) } }
        }
    }

    @Test func aCallOfAKnownCallerIsRecorded() async throws {
        await refuse(.setRole, "ada", on: "bob")
        await refuse(.endSession, "ada", on: "nobody")
        await refuse(.readAudit, "ada")
        let entries = recorded.entries
        #expect(entries.map(\.action) == ["user.set-role", "session.revoke", "audit.read"])
        // What names no user may be anything, and is not recorded.
        #expect(entries.map(\.target) == ["user:bob", "", ""])
        #expect(entries.allSatisfy { $0.actor == "user:ada" && $0.outcome == "denied" && $0.address == "192.0.2.1" && $0.requestID == "r7" })
        #expect(log.lines.first?.hasPrefix("notice call denied action=user.set-role actor=user:ada") == true)
    }

    @Test func strangersAndThoseWhoMayAreNotRecorded() async throws {
        await refuse(.setRole, nil, on: "bob")
        await refuse(.setRole, "wrong", on: "bob")
        _ = try await gate.admit(.readMyself, PresentedCredentials(token: "ada", address: ""), requestID: "r")
        #expect(recorded.entries.isEmpty && log.lines.isEmpty)
    }

    @Test func aCallerGetsAFewEntriesAMinuteAndTheOthersAreCounted() async {
        for _ in 0..<25 { await refuse(.listUsers, "ada") }
        #expect(recorded.entries.count == DenialLog.limit)
        // Another caller has their own.
        await denials.record(.listUsers, on: nil, by: Caller(.token(id: "t"), role: .user, address: ""), requestID: "r")
        #expect(recorded.entries.count == DenialLog.limit + 1)
        clock.advance(by: DenialLog.interval - .milliseconds(1))
        await refuse(.listUsers, "ada")
        #expect(recorded.entries.count == DenialLog.limit + 1)
        clock.advance(by: .milliseconds(1))
        for _ in 0..<2 { await refuse(.listUsers, "ada") }
        #expect(recorded.entries.suffix(2).map(\.detail) == ["unrecorded=16", ""])
        #expect(log.lines.count <= 2, "not a line for each")
    }

    @Test func moreCallersThanAreRememberedAreOnlyCounted() async {
        func deny(_ number: Int) async {
            await denials.record(.listUsers, on: nil, by: Caller(.token(id: "\(number)"), role: .user, address: ""), requestID: "r")
        }
        for number in 0...DenialLog.callerLimit { await deny(number) }
        #expect(recorded.entries.count == DenialLog.callerLimit)
        clock.advance(by: DenialLog.interval)
        await deny(-1)
        #expect(recorded.entries.count == DenialLog.callerLimit + 1)
    }

    @Test func aStoreThatIsAwayChangesNothingForTheCaller() async {
        recorded.goAway()
        let error = await #expect(throws: ShippyError.self) {
            _ = try await gate.admit(.listUsers, PresentedCredentials(token: "ada", address: ""), requestID: "r")
        }
        #expect(error?.code == .forbidden)
        #expect(log.lines.contains { $0.hasPrefix("warning cannot record a denied call") })
    }
}
