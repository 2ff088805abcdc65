import ShippyCore

/// The account that somebody wants to log in to, whether it exists or not.
///
/// It holds a hash of what was typed, with a key that this process draws at its start: people type their password into the wrong
/// field.
package struct LoginAccount: Hashable, Sendable {
    private let digest: Int

    /// - Parameters:
    ///   - typed: as the client sent it. Spellings of one e-mail address, such as its letter case, are one account.
    ///   - mailDomain: the domain that the users service adds to a name without one.
    package init(_ typed: String, mailDomain: String?) {
        let address = try? EmailAddress(typed, defaultDomain: mailDomain)
        var hasher = Hasher()
        hasher.combine((address?.description ?? typed).lowercased())
        digest = hasher.finalize()
    }
}
