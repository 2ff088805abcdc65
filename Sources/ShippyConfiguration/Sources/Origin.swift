package import ShippyCore

/// The origin of a value.
package enum Origin: Hashable, Sendable {
    case flag(String)
    case variable(String)
    /// Variables of the tutorials' services.
    case tutorial([String])
    case file(path: String, line: Int)
    /// A context, in the contexts file.
    case context(name: String, path: String, line: Int)
    /// The default.
    case standard

    /// `--store`, `SHIPPY_STORE`, `DB_HOST, DB_NAME`, `/home/ada/.local/share/shippy/config.yaml:3`,
    /// `context production, /home/ada/.config/shippy/contexts.yaml:7`, `default`
    package var description: String {
        switch self {
        case .flag(let name), .variable(let name): name
        case .tutorial(let names): names.joined(separator: ", ")
        case .file(let path, let line): "\(path):\(line)"
        case .context(let name, let path, let line): "context \(name), \(path):\(line)"
        case .standard: "default"
        }
    }

    /// The setting's name as it was written here: `--token-file`, `SHIPPY_TOKEN_FILE`, `token-file`.
    package func name(of row: SettingRow) -> String {
        switch self {
        case .flag, .variable, .tutorial: description
        case .file, .context: row.name
        case .standard: row.flag
        }
    }

    /// An error about a value from this origin.
    ///
    /// - Parameter message: makes the message, given the setting's name as it was written here.
    package func fault(_ row: SettingRow, _ message: (_ name: String) -> String) -> ShippyError {
        fault(message(name(of: row)))
    }

    /// An error about something from this origin, which the message does not name.
    func fault(_ message: String) -> ShippyError {
        switch self {
        case .flag, .variable, .tutorial, .standard: ShippyError(.usage, message)
        case .file(let path, let line): ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)), line \(line): \(message)")
        case .context(let name, let path, let line):
            ShippyError(.usage, "\(path.visiblyEscaped(limit: 200)), line \(line): context \(name): \(message)")
        }
    }
}
