/// The limits of a user's free text fields.
package enum UserField {
    package static let byteLimit = 1024

    /// - Throws: ``ShippyError`` `.invalid` for a text that is too long or contains a NUL.
    package static func checked(_ text: String, field: String) throws -> String {
        guard text.utf8.count <= byteLimit else { throw ShippyError(.invalid, "\(field) is longer than \(byteLimit) bytes", field: field) }
        guard !text.utf8.contains(0) else { throw ShippyError(.invalid, "\(field) contains a NUL character", field: field) }
        return text
    }
}
