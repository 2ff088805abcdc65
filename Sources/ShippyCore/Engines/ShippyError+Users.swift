/// Errors of ``UserStore``.
extension ShippyError {
    package static func taken(_ email: EmailAddress) -> ShippyError {
        ShippyError(.conflict, "a user with the e-mail address \(email.description.quoted(limit: 80)) already exists", field: "email")
    }

    /// Nobody would be left who can make an administrator, but for whoever owns the store.
    package static var lastAdmin: ShippyError {
        ShippyError(.conflict, "you are the last administrator: make somebody else an admin first")
    }

    package static func otherRequest(key: String) -> ShippyError {
        ShippyError(
            .invalid, "idempotency key \(key.quoted()) was already used for a different request: use a new key", field: "idempotency_key")
    }

    package static func deletedSince(_ idempotency: IdempotencyKey) -> ShippyError {
        ShippyError(.conflict, "the user created with idempotency key \(idempotency.key.quoted()) has since been deleted")
    }
}
