import ShippyCore

extension AccessStore {
    /// The account that somebody means who types an address; nil if there is none, or it is not an address.
    ///
    /// - Parameter mailDomain: the domain added to an address without one; nil for none.
    func account(typed email: String, mailDomain: String?) async throws -> Account? {
        guard let address = try? EmailAddress(email, defaultDomain: mailDomain) else { return nil }
        return try await account(email: address.description)
    }
}
