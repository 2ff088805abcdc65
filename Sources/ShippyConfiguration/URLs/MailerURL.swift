import Foundation
package import ShippyCore

/// The destination of mail.
package enum MailerURL: Hashable, Sendable {
    case maildir(String)
    case smtp(SMTPURL)

    /// - Throws: ``Unreadable``.
    package init(_ text: String) throws {
        if let path = text.dropping(prefix: "maildir:") {
            guard !path.isEmpty else { throw Unreadable("use maildir:DIR") }
            self = .maildir(path.absolutePath)
            return
        }
        let advice = "use maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT"
        try URLs.checkEncoding(text)
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/" else {
            throw Unreadable(advice)
        }
        var security: SMTPSecurity
        switch parts.scheme {
        case "smtp": security = .startTLS
        case "smtps": security = .implicit
        default: throw Unreadable(advice)
        }
        var url = SMTPURL(
            host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: parts.port ?? (security == .implicit ? 465 : 587),
            security: security, user: parts.user, password: parts.password)
        for item in parts.queryItems ?? [] {
            switch (item.name, item.value) {
            case ("tls", "none") where security == .startTLS: security = .plain
            case ("tls", "starttls") where security != .implicit: security = .startTLS
            case ("ca", let file?): url.caFile = file
            default: throw Unreadable("the supported parameters are tls=none, which turns encryption off, and ca=FILE")
            }
        }
        url.security = security
        if security == .plain, url.caFile != nil {
            throw Unreadable("use either tls=none or ca=FILE, not both")
        }
        if security == .plain, url.user != nil {
            throw Unreadable("a user and password are never sent unencrypted: remove tls=none")
        }
        self = .smtp(url)
    }
}

/// The parts of an SMTP server's URL.
package struct SMTPURL: Hashable, Sendable {
    package var host: String
    package var port: Int
    package var security: SMTPSecurity
    package var user: String?
    package var password: String?
    package var caFile: String?
}
