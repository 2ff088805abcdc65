/// What credentials are kept for.
package enum CredentialsHolder: Hashable, Sendable {
    /// A context, by its name.
    case context(String)
    /// The installation that commands use without a context, by its data directory, an absolute path.
    case home(String)
}
