/// The default of a setting.
package enum SettingDefault: Hashable, Sendable {
    /// A fixed value, in the syntax of the setting.
    case text(String)
    /// A file or directory in the data directory, after a URL scheme if needed.
    case inHome(String, scheme: String = "")
    /// The default depends on something else, as described.
    case described(String)
    /// No default.
    case none

    /// The default in the setting's syntax; nil if it depends on something else, or if there is none.
    package func text(home: String) -> String? {
        switch self {
        case .text(let text): text
        case .inHome(let name, let scheme): "\(scheme)\(home)/\(name)"
        case .described, .none: nil
        }
    }

    /// `(default: 12)`; nil without a default.
    var help: String? {
        switch self {
        case .text(let text): "(default: \(text))"
        case .inHome(let name, _): "(default: \(name) in the data directory)"
        case .described(let description): "(default: \(description))"
        case .none: nil
        }
    }
}
