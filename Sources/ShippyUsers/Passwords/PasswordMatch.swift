/// Whether a password belongs to a stored hash.
package enum PasswordMatch: Hashable, Sendable {
    case wrong
    /// - Parameter needsRehash: whether a new hash of the password should replace the stored one: it has another cost than
    ///   configured, is of another program, or was made before passwords were normalized.
    case right(needsRehash: Bool)

    package var isRight: Bool { self != .wrong }
}
