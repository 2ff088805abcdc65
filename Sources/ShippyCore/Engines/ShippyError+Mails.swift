/// Errors of ``MailQueue/retryMail(id:)``.
extension ShippyError {
    package static func noMail(_ id: String) -> ShippyError {
        ShippyError(.notFound, "no mail \(id.quoted()): `shippy mail list` lists all mails")
    }

    package static func notRetriable(_ mail: Mail) -> ShippyError {
        ShippyError(.conflict, "mail \(mail.id.quoted()) is \(mail.state.rawValue): only queued or dead mails can be retried")
    }
}
