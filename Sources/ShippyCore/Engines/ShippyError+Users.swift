/// What a store says of a user that it does not take.
extension ShippyError {
    package static func taken(_ email: EmailAddress) -> ShippyError {
        ShippyError(.conflict, "a user with email \(email.description.quoted(limit: 80)) already exists", field: "email")
    }

    package static func otherRequest(_ idempotency: IdempotencyKey) -> ShippyError {
        ShippyError(
            .invalid, "idempotency key \(idempotency.key.quoted()) was used for another request: use a new key", field: "idempotency_key")
    }

    package static func deletedSince(_ idempotency: IdempotencyKey) -> ShippyError {
        ShippyError(.conflict, "the user made under idempotency key \(idempotency.key.quoted()) has been deleted since")
    }
}
