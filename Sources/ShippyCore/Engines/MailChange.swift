/// What somebody does to a mail in the queue.
package struct MailChange: Sendable {
    package enum Kind: Sendable {
        /// Makes a queued, dead or cancelled mail due now, with all its attempts again.
        case retry
        /// Cancels a queued or dead mail. This is the last reply of a queued one; a dead one keeps the reply that says why.
        case cancel(reply: String)
        /// Adds this copy of a mail that is not to be sent any more: see ``Mail/copy(to:requestID:)``. A dead mail is cancelled by it.
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
        case (.retry, .queued), (.retry, .dead), (.retry, .cancelled), (.cancel, .queued), (.cancel, .dead), (.resend, .sent),
            (.resend, .dead), (.resend, .cancelled):
            return nil
        case (_, .sending): advice = "is being sent: wait for its outcome, which `shippy mail show \(mail.id)` shows"
        case (.retry, .sent): advice = "is sent already: `shippy mail resend \(mail.id)` sends it once more"
        case (.cancel, .sent): advice = "is sent already, and cannot be taken back"
        case (.cancel, .cancelled): advice = "is cancelled already"
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
            name: name, company: company, content: content, link: isSameAddress ? link : "", copyOf: id, userID: userID)
    }
}
