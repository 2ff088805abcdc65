import ShippyCore

/// The command that an SMTP server was last sent. It determines what a refusal is about.
enum SMTPStep: Hashable, CaseIterable, Sendable {
    /// The greeting, EHLO, STARTTLS and the login.
    case session
    /// `MAIL FROM`
    case sender
    /// `RCPT TO`
    case recipient
    /// `DATA`, before any of the message is sent.
    case data
    /// The message itself.
    case message

    /// - Parameter command: the first five bytes of the command. Nil for QUIT, RSET and NOOP, which do not matter.
    init?(command: String) {
        switch command.uppercased() {
        case "MAIL ": self = .sender
        case "RCPT ": self = .recipient
        case let verb where verb.hasPrefix("DATA"): self = .data
        case let verb where verb.hasPrefix("QUIT") || verb.hasPrefix("RSET") || verb.hasPrefix("NOOP"): return nil
        default: self = .session
        }
    }

    /// The meaning of a refusal for the mail; nil for a reply that is not a refusal.
    ///
    /// Only a 5xx to this mail's recipient or to the message is permanent. All others concern the session, the login or the
    /// sender: one wrong setting, ours or the server's, would turn every mail in the queue into a dead letter. Such mails are
    /// retried until someone has fixed it.
    func result(of reply: String) -> DeliveryResult? {
        switch reply.first {
        case "4": .deferred(reply: reply)
        case "5": isForGood(reply) ? .refused(reply: reply) : .deferred(reply: reply)
        default: nil
        }
    }

    private func isForGood(_ reply: String) -> Bool {
        // The codes of a missing or too weak login (RFC 4954), of commands that are unknown or in the wrong order, and of a
        // server that accepts no mail (521, RFC 7504).
        let isAboutSession = ["500", "502", "503", "521", "530", "534", "535", "538"].contains(reply.prefix(3))
        let enhanced = enhancedCode(reply)
        switch self {
        case .session, .sender, .data:
            return false
        case .recipient:
            // X.7: not authorized, such as "relay access denied"; X.1.7 and X.1.8: the sender's address.
            return !isAboutSession && enhanced?.subject != 7 && !(enhanced?.subject == 1 && [7, 8].contains(enhanced?.detail))
        case .message:
            // X.7.20 to X.7.29: the sender's domain is not authenticated (RFC 7372).
            return !isAboutSession && !(enhanced?.subject == 7 && (20...29).contains(enhanced?.detail ?? 0))
        }
    }

    /// The subject and the detail of an enhanced status code (RFC 3463), such as 1 and 7 in `5.1.7`.
    private func enhancedCode(_ reply: String) -> (subject: Int, detail: Int)? {
        guard let match = reply.prefixMatch(of: #/5[0-9][0-9][ -]5\.([0-9]{1,3})\.([0-9]{1,3})/#), let subject = Int(match.output.1),
            let detail = Int(match.output.2)
        else { return nil }
        return (subject, detail)
    }
}
