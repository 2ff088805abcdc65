/// A mail ready for delivery: the bytes of an RFC 5322 message, and its envelope.
package struct OutgoingMail: Sendable {
    package var id: String
    package var from: EmailAddress
    package var to: EmailAddress
    /// Lines end with CR LF; none is longer than 998 bytes.
    package var message: [UInt8]

    package init(id: String, from: EmailAddress, to: EmailAddress, message: [UInt8]) {
        self.id = id
        self.from = from
        self.to = to
        self.message = message
    }
}

/// The result of a delivery.
package enum DeliveryResult: Hashable, Sendable {
    /// The other side has accepted responsibility for the mail. `reply` is its answer, as one line.
    case accepted(reply: String)
    /// A temporary failure: worth another attempt.
    case deferred(reply: String)
    /// A permanent failure, such as a 5xx reply.
    case refused(reply: String)
    /// No answer within the deadline: worth another attempt, and a sign that the server is slow.
    case timedOut(reply: String)
    /// Aborted before its last byte, because the lease may have ended. The other side does not have the mail.
    case withdrawn
}

/// Delivers mails, several at a time.
package protocol Mailer: Sendable {
    /// The number of mails that can be delivered at the same time.
    var concurrency: Int { get }

    /// Delivers `mail` within a deadline. Every failure is reported in the result.
    /// - Parameter isOurs: whether the sender still holds the mail. Called right before the mail is handed over; if it returns
    ///   false, the mail is not handed over.
    func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult

    /// The destination of mails, for display, without a password.
    var summary: String { get }

    /// The same in short, as it is kept with each attempt.
    var server: String { get }

    func close() async
}

extension Mailer {
    package var server: String { summary }
}
