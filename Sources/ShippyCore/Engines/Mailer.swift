/// A mail ready to be handed over: the bytes of an RFC 5322 message and its envelope.
package struct OutgoingMail: Sendable {
    package var id: String
    package var from: EmailAddress
    package var to: EmailAddress
    /// Lines end with CR LF and none is longer than 998 bytes.
    package var message: [UInt8]

    package init(id: String, from: EmailAddress, to: EmailAddress, message: [UInt8]) {
        self.id = id
        self.from = from
        self.to = to
        self.message = message
    }
}

/// How the other side took a mail.
package enum DeliveryResult: Hashable, Sendable {
    /// It has the mail and answers for it. `reply` is its answer, in one line.
    case accepted(reply: String)
    /// Not now: worth another attempt.
    case deferred(reply: String)
    /// Not ever: a 5xx answer.
    case refused(reply: String)
    /// No answer within the deadline: worth another attempt, and a sign that its server is slow.
    case timedOut(reply: String)
    /// Broken off before its last byte, because it may have become somebody else's. The other side does not have it.
    case withdrawn
}

/// Hands mails over, several at a time.
package protocol Mailer: Sendable {
    /// How many mails it can hand over at the same time.
    var concurrency: Int { get }

    /// Hands `mail` over within a deadline; never throws away a mail without saying so.
    /// - Parameter isOurs: whether the sender still holds the mail. Asked right before the step after which the other side has
    ///   the mail: if it does not hold it any more, that step is not taken.
    func deliver(_ mail: OutgoingMail, while isOurs: @escaping @Sendable () -> Bool) async -> DeliveryResult

    /// For people: where mails go, without a password.
    var summary: String { get }

    func close() async
}
