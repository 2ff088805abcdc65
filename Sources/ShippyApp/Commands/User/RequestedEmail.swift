import ShippyCore

/// An e-mail address as it is asked for: whole, or a bare name that only the users service can complete, because it alone
/// knows its domain.
struct RequestedEmail {
    let text: String

    /// - Parameter domain: completes a bare name here, where the caller named a domain.
    /// - Throws: ``ShippyError`` `.invalid` for what is no address with any domain.
    init(_ text: String, domain: String?) throws {
        let isWhole = text.contains("@") || domain != nil
        let address = try EmailAddress(text, defaultDomain: domain ?? "localhost")
        self.text = isWhole ? address.description : text
    }
}
