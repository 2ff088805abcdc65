import ShippyConfiguration
import ShippyCore

/// Mails that do not leave, and a sender whom nobody believes.
struct MailChecks: Sendable {
    private static let manyAttempts = 3
    /// The most queued mails that are looked through.
    private static let limit = 2000
    private static let overdue = Duration.seconds(60)

    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func findings() async -> [Finding] {
        let configuration = context.configuration
        var findings = await sender(configuration)
        if let file = configuration.storeFile, FileIdentity(file) == nil { return findings }
        do {
            findings += try await context.withStore { store in
                let dead = try await store.mailCounts()[.dead] ?? 0
                let due = try await store.nextMailDue()
                let queued = try await store.mails(state: .queued, after: nil, limit: Self.limit)
                return Self.dead(dead) + Self.late(due) + Self.failing(queued)
            }
        } catch {
            // The store's own area says so.
            return findings
        }
        return findings.isEmpty ? [.ok(.mail, "no mail waits for longer than it should, and none is dead")] : findings
    }

    private func sender(_ configuration: Configuration) async -> [Finding] {
        guard case .smtp = configuration.mailer else { return [] }
        let domain = String(configuration.mailFrom.domain)
        guard domain != "localhost" else {
            return [
                .fault(
                    .mail, "mails are sent from \(configuration.mailFrom), to which no other server can reply",
                    advice: "set --mail-from to an address of your domain")
            ]
        }
        guard let answer = try? await BlockingQueue("resolver").run({ DomainRecords.of(domain) }) else { return [] }
        return DomainRecords.findings(answer, of: domain)
    }

    static func dead(_ count: Int) -> [Finding] {
        count == 0
            ? []
            : [
                .warning(
                    .mail, "\(count) \(count == 1 ? "mail was" : "mails were") given up",
                    advice: "see why with `shippy mail list --state dead`, and retry them")
            ]
    }

    /// - Parameter due: until the next mail is due.
    static func late(_ due: Duration?) -> [Finding] {
        guard let due, due < .zero - overdue else { return [] }
        return [
            .fault(
                .mail, "a mail has been due for \(RelativeTime.length(.zero - due)), and nobody sends it",
                advice: "see whether a notificator runs, and what its log says")
        ]
    }

    static func failing(_ queued: [Mail]) -> [Finding] {
        let failing = queued.filter { $0.attempts >= manyAttempts && !$0.isHeld }
        guard !failing.isEmpty else { return [] }
        let replies = Dictionary(grouping: failing, by: \.lastReply).mapValues(\.count)
        let usual = replies.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
        return [
            .warning(
                .mail,
                "\(failing.count) of \(queued.count) waiting mails have failed \(manyAttempts) times and more; most often: \(usual.quoted(limit: 120))",
                advice: "fix what the answer says, then run `shippy mail retry ID`")
        ]
    }
}
