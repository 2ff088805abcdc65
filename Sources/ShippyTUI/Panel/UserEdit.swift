package import ShippyCore

/// A new value of one field of a user, as somebody types it: `email=ada@example.com`.
package struct UserEdit: Hashable, Sendable {
    package enum Field: String, CaseIterable, Sendable {
        case email, name, company, role
    }

    package let field: Field
    package let value: String

    /// - Throws: ``ShippyError`` `.invalid`, which says what can be typed.
    package init(_ text: String) throws(ShippyError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let field = Field(rawValue: parts[0].lowercased()) else {
            throw ShippyError(.invalid, "type one of \(Field.allCases.map { "\($0.rawValue)=" }.joined(separator: ", ")) and the new value")
        }
        self.field = field
        value = parts[1]
        do {
            switch field {
            case .email: _ = try EmailAddress(value)
            case .name, .company: _ = try UserField.checked(value, field: field.rawValue)
            case .role: if role == nil { throw ShippyError(.invalid, "the roles are \(AccessRole.allCases.map(\.rawValue).joined(separator: ", "))") }
            }
        } catch let error as ShippyError {
            throw error
        } catch {
            throw ShippyError(.invalid, "\(error)")
        }
    }

    private var role: AccessRole? { AccessRole(rawValue: value) }

    package var change: UserChange {
        switch field {
        case .email: .details(email: value, name: nil, company: nil)
        case .name: .details(email: nil, name: value, company: nil)
        case .company: .details(email: nil, name: nil, company: value)
        case .role: .role(role ?? .user)
        }
    }
}
