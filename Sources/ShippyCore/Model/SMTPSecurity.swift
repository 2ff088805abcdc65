/// How a connection to an SMTP server is encrypted.
package enum SMTPSecurity: Hashable, Sendable {
    /// TLS from the first byte (`smtps://`).
    case implicit
    /// STARTTLS, without which no mail is sent.
    case startTLS
    /// No encryption, by explicit request.
    case plain
}
