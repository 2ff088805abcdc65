extension ShippyError {
    /// The error for a consumer group that the bus does not know.
    package static func noGroup(_ name: String) -> ShippyError {
        ShippyError(.notFound, "no consumer group \(name.quoted(limit: 80)): `shippy events status` lists all groups")
    }
}
