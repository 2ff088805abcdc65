/// What a store says of a mail that it does not try again.
extension ShippyError {
    package static func noMail(_ id: String) -> ShippyError {
        ShippyError(.notFound, "no mail \(id.quoted()): `shippy mail list` shows them")
    }

    package static func notRetriable(_ mail: Mail) -> ShippyError {
        ShippyError(.conflict, "mail \(mail.id.quoted()) is \(mail.state.rawValue): only a queued or dead one can be tried again")
    }
}
