/// A row of the table: a setting without the type of its value.
package struct SettingRow: Sendable {
    /// The number of values.
    package enum Shape: Sendable {
        case one
        /// A list, separated by commas or given by repeating the flag.
        case list
        /// No value: the flag alone is enough. In the environment and the file, `true` or `false`.
        case flag
    }

    /// The values that shell completion offers.
    package enum Offer: Sendable {
        case nothing, file, directory
        /// The names of the user's contexts.
        case contexts
        case words([String])
    }

    /// The name of the flag and in the configuration file: `bcrypt-cost`.
    package let name: String
    /// The one-letter flag.
    package let letter: Character?
    /// The help text: an imperative without a full stop.
    package let summary: String
    /// The placeholder of the value in help.
    package let valueName: String
    package let shape: Shape
    /// The allowed values, such as `10 to 20` or `text or json`; nil if the summary gives them.
    package let limits: String?
    package let offer: Offer
    package let `default`: SettingDefault
    /// Whether the value may contain a password. Then it is never shown.
    package let isSecret: Bool
    /// Whether the configuration file may set it. Flags and environment always may.
    package let isInFile: Bool
    /// Whether a context may set it: it leads to an installation.
    package let isInContext: Bool
    /// The commands that take it as a flag.
    package let takers: [any SettingTakers.Type]
    /// Throws ``Unreadable`` for an invalid value.
    let check: @Sendable (String) throws -> Void

    /// Whether the whole value is a secret. Then it is never a flag.
    package var isWhollySecret: Bool { isSecret && takers.isEmpty }

    /// `--bcrypt-cost`
    package var flag: String { "--\(name)" }

    /// `SHIPPY_BCRYPT_COST`
    package var variable: String { "SHIPPY_" + name.uppercased().replacing("-", with: "_") }

    /// `Set the bcrypt cost of password hashes, 10 to 20. (default: 12)`
    package var help: String {
        let separator = if case .words = offer { ":" } else { "," }
        let sentence = limits.map { "\(summary)\(separator) \($0)." } ?? "\(summary)."
        // A flag's default is obvious.
        return [sentence, shape == .flag ? nil : `default`.help].compactMap { $0 }.joined(separator: " ")
    }

    package func isTaken(by takers: any SettingTakers.Type) -> Bool {
        self.takers.contains { $0 == takers }
    }
}
