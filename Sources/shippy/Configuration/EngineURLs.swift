import Foundation
import ShippyCore
import ShippyNotificator

/// Where the store is.
enum StoreURL: Hashable, Sendable {
    case sqlite(path: String)

    /// - Throws: ``ShippyError`` `.usage` that names the URL, without a password in it.
    init(_ text: String?, home: String) throws {
        guard let text else {
            self = .sqlite(path: "\(home)/shippy.db")
            return
        }
        guard let path = text.dropping(prefix: "sqlite:"), !path.isEmpty else {
            throw URLs.unsupported("store", text, "use sqlite:PATH")
        }
        self = .sqlite(path: path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)")
    }

    /// Whether this machine's processes alone can share it.
    var isEmbedded: Bool { true }

    var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        }
    }
}

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
        if security == .plain, options.user != nil {
            throw URLs.unsupported("mailer", text, "a user and password are never sent without encryption: leave tls=none out")
        }
        self = .smtp(options)
    }
}

enum URLs {
    /// - Throws: ``ShippyError`` `.usage` for anything but `embedded`.
    static func requireEmbedded(_ option: String, _ text: String?) throws {
        guard let text, text != "embedded" else { return }
        throw unsupported(option, text, "use embedded")
    }

    static func unsupported(_ option: String, _ text: String, _ advice: String) -> ShippyError {
        ShippyError(.usage, "--\(option) \(redacted(text).visiblyEscaped(limit: 120).debugQuoted) is not supported: \(advice)")
    }

    /// A password given as a flag can be read by every user of the machine, in the list of processes.
    static func refusePassword(_ option: String, inFlag flag: String?) throws {
        guard let flag, URLComponents(string: flag)?.password != nil else { return }
        throw ShippyError(
            .usage,
            "--\(option) \(redacted(flag).debugQuoted) has a password in it, which everyone on this machine could read: set SHIPPY_\(option.uppercased()) or the configuration file instead"
        )
    }

    static func redacted(_ text: String) -> String {
        text.replacing(#/(?<head>:\/\/[^:@\/]*):[^@\/]*@/#) { "\($0.output.head):…@" }
    }
}

extension String {
    func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
