/// What a link in a mail is for.
package enum LinkPurpose: UInt8, CaseIterable, Sendable {
    /// Confirms that the user gets mail at their address.
    case confirmAddress = 1
    /// Sets a new password.
    case resetPassword = 2

    /// The mail for somebody who asks for such a link.
    package var template: Mail.Template {
        switch self {
        case .confirmAddress: .confirmAddress
        case .resetPassword: .resetPassword
        }
    }

    /// The path of the page that it leads to.
    package var path: String {
        switch self {
        case .confirmAddress: "/confirm"
        case .resetPassword: "/password"
        }
    }

    /// As a peer names it: the name of the template.
    /// - Throws: ``ShippyError`` `.invalid`.
    package init(requested text: String) throws {
        guard let purpose = Self.allCases.first(where: { $0.template.rawValue == text }) else {
            let purposes = Self.allCases.map(\.template.rawValue).joined(separator: ", ")
            throw ShippyError(.invalid, "unknown purpose \(text.quoted(limit: 40)): use one of \(purposes)", field: "purpose")
        }
        self = purpose
    }
}
