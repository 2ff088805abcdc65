import ShippyCore
import ShippyEvents

/// A change of an account, checked and with its password hashed, so that it can be applied again if another change was faster.
struct AccountEdit {
    let action: AuditAction
    /// The event that announces it.
    let event: UserEvent?
    let ends: AccountUpdate.EndedSessions
    private let apply: @Sendable (inout Account) -> Void

    /// - Throws: ``ShippyError`` `.invalid` for a value that is not allowed; as ``PasswordHasher/hash(_:for:)``.
    init(_ change: UserChange, mailDomain: String?, hasher: PasswordHasher, client: ClientAddress?) async throws {
        switch change {
        case .details(let email, let name, let company, _):
            let email = try email.map { try EmailAddress($0, defaultDomain: mailDomain) }
            let name = try name.map { try UserField.checked($0, field: "name") }
            let company = try company.map { try UserField.checked($0, field: "company") }
            (action, event, ends) = (.updateUser, .updated, .none)
            apply = { account in
                if let email {
                    if !email.isSame(as: account.user.email) { account.isConfirmed = false }
                    account.user.email = email
                }
                if let name { account.user.name = name }
                if let company { account.user.company = company }
            }
        case .disable:
            (action, event, ends) = (.disableUser, .disabled, .all(except: nil))
            apply = { $0.isDisabled = true }
        case .enable:
            (action, event, ends) = (.enableUser, .enabled, .none)
            apply = { $0.isDisabled = false }
        case .password(let password, _):
            try PasswordPolicy.check(password)
            let hash = try await hasher.hash(password, for: client)
            (action, event, ends) = (.setPassword, nil, .all(except: nil))
            apply = { $0.passwordHash = hash }
        case .role(let role):
            // Tokens of the present sessions would keep the old role.
            (action, event, ends) = (.setRole, .updated, .all(except: nil))
            apply = { $0.role = role }
        }
    }

    func applied(to account: Account) -> Account {
        var account = account
        apply(&account)
        return account
    }

    /// What it did to an account, as in ``AuditEntry/detail``: the names of the changed fields, and the new role. The old and new values of
    /// the fields are the user's business.
    static func detail(from before: Account, to after: Account) -> String {
        let (old, new) = (before.user, after.user)
        let changes = [
            (old.email != new.email, "email"), (old.name != new.name, "name"), (old.company != new.company, "company"),
            (before.role != after.role, "role=\(after.role.rawValue)"),
        ]
        return changes.filter(\.0).map(\.1).joined(separator: ", ")
    }
}
