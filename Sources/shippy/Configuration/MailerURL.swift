import Foundation
import ShippyCore
import ShippyNotificator

/// Where mails go.
enum MailerURL: Sendable {
    case maildir(String)
    case smtp(SMTPMailer.Options)

    /// - Throws: ``ShippyError`` `.usage` that names the URL, without a password in it.
    init(_ text: String?, home: String) throws {
        guard let text else {
            self = .maildir("\(home)/mail")
            return
        }
        if let path = text.dropping(prefix: "maildir:") {
            guard !path.isEmpty else { throw URLs.unsupported("mailer", text, "use maildir:DIR") }
            self = .maildir(path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)")
            return
        }
        let advice = "use maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT"
        try URLs.checkEncoding("mailer", text)
        guard let url = URLComponents(string: text), let host = url.host, !host.isEmpty, url.path.isEmpty || url.path == "/" else {
            throw URLs.unsupported("mailer", text, advice)
        }
        var security: SMTPMailer.Options.Security
        switch url.scheme {
        case "smtp": security = .startTLS
        case "smtps": security = .implicit
        default: throw URLs.unsupported("mailer", text, advice)
        }
        var options = SMTPMailer.Options(
            host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: url.port ?? (security == .implicit ? 465 : 587),
            security: security, user: url.user, password: url.password)
        for item in url.queryItems ?? [] {
            switch (item.name, item.value) {
            case ("tls", "none") where security == .startTLS: security = .plain
            case ("tls", "starttls") where security != .implicit: security = .startTLS
            case ("ca", let file?): options.caFile = file
            default:
                throw URLs.unsupported("mailer", text, "it takes ?tls=none, to send without encryption, and ?ca=FILE")
            }
        }
        options.security = security
        if security == .plain, options.caFile != nil {
            throw URLs.unsupported("mailer", text, "tls=none sends without encryption, and takes no ca: leave one of them out")
        }
        if security == .plain, options.user != nil {
            throw URLs.unsupported("mailer", text, "a user and password are never sent without encryption: leave tls=none out")
        }
        self = .smtp(options)
    }
}
