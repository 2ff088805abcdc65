/// What somebody does to a mail in the queue.
package struct MailChange: Sendable {
    package enum Kind: Sendable {
        /// Makes a queued or dead mail due now, with all its attempts again.
        case retry
        /// Makes a queued mail dead, with this as its last reply.
        case cancel(reply: String)
        /// Adds this copy of a sent or dead mail: see ``Mail/copy(to:requestID:)``.
        case resend(Mail)
    }

    package var mailID: String
    package var kind: Kind
    /// Recorded in the same transaction if the change is made.
    package var audit: AuditEntry?

    package init(_ kind: Kind, mailID: String, audit: AuditEntry? = nil) {
        self.kind = kind
        self.mailID = mailID
        self.audit = audit
    }

    /// Why the change cannot be made to this mail as it is; nil if it can.
    package func refusal(of mail: Mail) -> ShippyError? {
        let advice: String
        switch (kind, mail.state) {
        case (.retry, .queued), (.retry, .dead), (.cancel, .queued), (.resend, .sent), (.resend, .dead): return nil
        case (_, .sending): advice = "is being sent: wait for its outcome, which `shippy mail show \(mail.id)` shows"
        case (.retry, .sent): advice = "is sent already: `shippy mail resend \(mail.id)` sends it once more"
        case (.cancel, .sent): advice = "is sent already, and cannot be taken back"
        case (.cancel, .dead): advice = "is dead already, and will not be sent"
        case (.resend, .queued): advice = "is not sent yet: `shippy mail retry \(mail.id)` tries it now"
        }
        return ShippyError(.conflict, "mail \(mail.id.quoted()) \(advice)")
    }
}

extension Mail {
    /// A mail with the same contents and an ID of its own, which is due now.
    ///
    /// - Parameter to: its recipient. A link proves that an address is somebody's, so it is not in a mail to another address.
    package func copy(to: EmailAddress, requestID: String) -> Mail {
        let isSameAddress = to.description.lowercased() == self.to.description.lowercased()
        return Mail(
            id: UUIDv7.next(), to: to, template: template, nextAttemptAt: .now, eventID: eventID, requestID: requestID, createdAt: .now,
            name: name, company: company, content: content, link: isSameAddress ? link : "", copyOf: id)
    }
}
