import ShippyCore
import Synchronization

/// A mail queue that hands its mails out once, fails as it is told to, and tells what it was asked.
final class ScriptedQueue: MailQueue {
    private struct State {
        var mails: [Mail]
        var later: [Mail]
        var failingSettles: Int
        var claims: [(lease: Duration, requestID: String?)] = []
        var looks: [Set<String>] = []
        var extensions: [Duration] = []
        var settles = 0
        var settled: [MailLease] = []
        var attempts: [FinishedAttempt] = []
        var released: [MailLease] = []
    }

    let mailChanges = ChangeNotifier()
    private let losesLeases: Bool
    private let state: Mutex<State>

    /// - Parameter later: mails that are handed out once something was settled.
    init(_ mails: [Mail] = [], later: [Mail] = [], failingSettles: Int = 0, losesLeases: Bool = false) {
        self.losesLeases = losesLeases
        state = Mutex(State(mails: mails, later: later, failingSettles: failingSettles))
    }

    var claims: [(lease: Duration, requestID: String?)] { state.withLock { $0.claims } }
    /// The domains that did not count when it was asked for the next mail.
    var looks: [Set<String>] { state.withLock { $0.looks } }
    var extensions: [Duration] { state.withLock { $0.extensions } }
    var settles: Int { state.withLock { $0.settles } }
    var settled: [MailLease] { state.withLock { $0.settled } }
    /// As they were recorded.
    var attempts: [FinishedAttempt] { state.withLock { $0.attempts } }
    var released: [MailLease] { state.withLock { $0.released } }

    func enqueue(_ mails: [Mail]) async throws -> [(id: String, isNew: Bool)] { mails.map { ($0.id, true) } }
    func enqueue(_ mail: Mail) async throws -> (id: String, isNew: Bool) { (mail.id, true) }

    func claimMails(
        limit: Int, owner: String, lease: Duration, domainLimits: [String: Int], defaultDomainLimit: Int, requestID: String?
    ) async throws -> [ClaimedMail] {
        state.withLock { state in
            state.claims.append((lease, requestID))
            if state.settles > 0 { swap(&state.mails, &state.later) }
            defer { state.mails = [] }
            return state.mails.map { ClaimedMail(mail: $0, fence: 1) }
        }
    }

    func settle(_ attempts: [FinishedAttempt]) async throws -> Set<String> {
        try state.withLock { state in
            state.settles += 1
            guard state.settles > state.failingSettles else { throw ShippyError(.unavailable, "away") }
            state.settled += attempts.map(\.lease)
            state.attempts += attempts
            return []
        }
    }

    func extend(_ leases: [MailLease], by lease: Duration) async throws -> Set<String> {
        state.withLock { $0.extensions.append(lease) }
        return losesLeases ? [] : Set(leases.map(\.mailID))
    }

    func release(_ leases: [MailLease]) async throws { state.withLock { $0.released += leases } }
    func mail(id: String) async throws -> Mail? { nil }
    func attempts(of mailID: String) async throws -> [MailAttempt] { [] }
    func mails(_ filter: MailFilter, after cursor: String?, limit: Int) async throws -> [Mail] { [] }
    func change(_ changes: [MailChange]) async throws -> [Result<Mail, ShippyError>] {
        changes.map { .failure(.noMail($0.mailID)) }
    }
    func mailCounts() async throws -> [Mail.State: Int] { [:] }
    func activeMailCount(requestID: String?) async throws -> Int { 0 }
    func nextMailDue(except fullDomains: Set<String>, requestID: String?) async throws -> Duration? {
        state.withLock { $0.looks.append(fullDomains) }
        return nil
    }
}
