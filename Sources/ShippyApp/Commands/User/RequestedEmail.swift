import ShippyCore

/// A requested e-mail address: complete, or a bare name to which only the users service can add a domain.
struct RequestedEmail {
    let text: String

    /// - Parameter domain: the domain to add to a bare name; nil leaves that to the users service.
    /// - Throws: ``ShippyError`` `.invalid` for text that is not an address with any domain.
    init(_ text: String, domain: String?) throws {
        let isWhole = text.contains("@") || domain != nil
        let address = try EmailAddress(text, defaultDomain: domain ?? "localhost")
        self.text = isWhole ? address.description : text
    }
}
