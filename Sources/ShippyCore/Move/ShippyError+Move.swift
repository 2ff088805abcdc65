extension ShippyError {
    /// - Parameter place: without a password.
    package static func notEmpty(_ place: String, _ table: String) -> ShippyError {
        ShippyError(.conflict, "\(place.visiblyEscaped(limit: 200)) is not empty, it has \(table): move into an empty store")
    }
}
