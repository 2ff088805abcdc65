package import ShippyCore

/// What a new user may keep of an earlier life.
package enum KeptUserRules {
    /// - Parameter password: of the same request.
    /// - Throws: ``ShippyError`` `.invalid`, without the hash, for what cannot be kept.
    package static func check(_ kept: KeptUser, password: String?) throws(ShippyError) {
        _ = try kept.creationTime(at: .now)
        guard let hash = kept.passwordHash else { return }
        guard password == nil else {
            throw ShippyError(.invalid, "there are both a password and a password_hash: give one of them", field: "password_hash")
        }
        guard BcryptHash(hash) != nil else {
            let costs = Bcrypt.costs
            throw ShippyError(
                .invalid,
                "password_hash is not a bcrypt hash ($2a$, $2b$ or $2y$, with a cost from \(costs.lowerBound) to \(costs.upperBound)): leave it out, and the user can ask for a link to set a password",
                field: "password_hash")
        }
    }

    /// As in ``AuditEntry/detail``: which fields were kept, and the role.
    static func detail(of kept: KeptUser) -> String {
        let fields = [
            (kept.id != nil, "id"), (kept.passwordHash != nil, "password_hash"), (kept.isPrivileged, "role=\(kept.role?.rawValue ?? "")"),
            (kept.state == .disabled, "state=disabled"), (kept.isConfirmed == true, "confirmed"),
        ]
        return fields.filter(\.0).map(\.1).joined(separator: ", ")
    }
}
