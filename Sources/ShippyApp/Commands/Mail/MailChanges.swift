import ShippyAccess
import ShippyCore

/// What somebody who runs the installation does to mails, each with an entry in the audit log.
struct MailChanges {
    /// The most mails that are changed in one transaction.
    static let batch = 100

    let store: any Store
    let requestID: String

    func retry(_ ids: [String]) async throws -> [Result<Mail, ShippyError>] {
        try await change(ids, .retryMail) { _ in .retry }
    }

    /// The mails are cancelled afterwards.
    func cancel(_ ids: [String]) async throws -> [Result<Mail, ShippyError>] {
        try await change(ids, .cancelMail) { _ in .cancel(reply: "cancelled by \(Caller.owner.actor)") }
    }

    private func change(_ ids: [String], _ action: AuditAction, _ kind: (String) -> MailChange.Kind) async throws -> [Result<Mail, ShippyError>] {
        try await store.change(ids.map { MailChange(kind($0), mailID: $0, audit: audit(action, of: $0)) })
    }

    /// Queues a copy of a mail, which is due at once.
    ///
    /// - Parameter to: the recipient of the copy; nil for the one that the mail's user has now.
    /// - Throws: ``ShippyError``: `.notFound`, `.conflict` in the mail's state, `.invalid` for a mail that would make no sense.
    func resend(_ mail: Mail, to: EmailAddress?, bus: () throws -> any EventBus) async throws -> Mail {
        // Otherwise the reason would be another one.
        if let refusal = MailChange(.resend(mail), mailID: mail.id).refusal(of: mail) { throw refusal }
        let recipient: EmailAddress = if let to { to } else { try await MailRecipient(mail, store).address(bus) }
        let copy = mail.copy(to: recipient, requestID: requestID)
        try MailRecipient.check(copy, of: mail)
        let entry = audit(.resendMail, of: mail.id, detail: "copy=\(copy.id)")
        return try await store.change(MailChange(.resend(copy), mailID: mail.id, audit: entry))
    }

    private func audit(_ action: AuditAction, of id: String, detail: String = "") -> AuditEntry {
        AuditEntry(action, target: "mail:\(id)", by: .owner, requestID: requestID, detail: detail)
    }
}
