package import ShippyCore

/// The origin of a value.
package enum Origin: Hashable, Sendable {
    case flag(String)
    case variable(String)
    /// Variables of the tutorials' services.
    case tutorial([String])
    case file(path: String, line: Int)
    /// The default.
    case standard

    /// `--store`, `SHIPPY_STORE`, `DB_HOST, DB_NAME`, `/home/ada/.local/share/shippy/config.yaml:3`, `default`
    package var description: String {
        switch self {
        case .flag(let name), .variable(let name): name
        case .tutorial(let names): names.joined(separator: ", ")
        case .file(let path, let line): "\(path):\(line)"
        case .standard: "default"
        }
    }

    /// An error about a value from this origin.
    ///
    /// - Parameter message: makes the message, given the setting's name as it was written here.
    package func fault(_ row: SettingRow, _ message: (_ name: String) -> String) -> ShippyError {
        switch self {
        case .flag, .variable, .tutorial: ShippyError(.usage, message(description))
        case .file(let path, let line): ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)), line \(line): \(message(row.name))")
        case .standard: ShippyError(.usage, message(row.flag))
        }
    }
}
