/// How a connection to an SMTP server is encrypted.
package enum SMTPSecurity: Hashable, Sendable {
    /// TLS from the first byte (`smtps://`).
    case implicit
    /// STARTTLS, and no mail without it.
    case startTLS
    /// No encryption, because somebody asked for that.
    case plain
}
