/// A row of the table: what is known of a setting whatever the type of its value.
package struct SettingRow: Sendable {
    /// How many values it takes.
    package enum Shape: Sendable {
        case one
        /// Several, separated by commas, or as a flag that is given again.
        case list
        /// None: giving the flag is enough. Environment and file say `true` or `false`.
        case flag
    }

    /// What the shell offers for its value.
    package enum Offer: Sendable {
        case nothing, file, directory
        case words([String])
    }

    /// `bcrypt-cost`: of the flag, and in the configuration file.
    package let name: String
    /// A flag of one letter.
    package let letter: Character?
    /// What it does, as an imperative without a full stop.
    package let summary: String
    /// What the value is called in help.
    package let valueName: String
    package let shape: Shape
    /// What values are allowed, such as `10 to 20` or `text or json`; nil where the summary says it.
    package let limits: String?
    package let offer: Offer
    package let `default`: SettingDefault
    /// Whether the value may hold a password: then it is never shown.
    package let isSecret: Bool
    /// Whether the configuration file may set it; flags and environment always may.
    package let isInFile: Bool
    /// The commands that take it as a flag.
    package let takers: [any SettingTakers.Type]
    /// Throws ``Unreadable`` for a value that cannot be read.
    let check: @Sendable (String) throws -> Void

    /// `--bcrypt-cost`
    package var flag: String { "--\(name)" }

    /// `SHIPPY_BCRYPT_COST`
    package var variable: String { "SHIPPY_" + name.uppercased().replacing("-", with: "_") }

    /// `Set the cost of password hashes, 10 to 20. (default: 12)`
    package var help: String {
        let separator = if case .words = offer { ":" } else { "," }
        let sentence = limits.map { "\(summary)\(separator) \($0)." } ?? "\(summary)."
        // Not giving a flag says enough.
        return [sentence, shape == .flag ? nil : `default`.help].compactMap { $0 }.joined(separator: " ")
    }

    package func isTaken(by takers: any SettingTakers.Type) -> Bool {
        self.takers.contains { $0 == takers }
    }
}
