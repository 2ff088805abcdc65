extension ShippyError {
    package static func noMail(_ id: String) -> ShippyError {
        ShippyError(.notFound, "no mail \(id.quoted(limit: 80)): `shippy mail list` lists all mails")
    }
}
