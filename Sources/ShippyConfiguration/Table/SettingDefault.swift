/// What a setting is where nobody sets it.
package enum SettingDefault: Hashable, Sendable {
    /// This, written as it would be given.
    case text(String)
    /// A file or directory of the data directory, after a URL's scheme where one is needed.
    case inHome(String, scheme: String = "")
    /// It depends on something else, which is described here.
    case described(String)
    /// Nothing.
    case none

    /// As it would be given; nil where there is no fixed one.
    package func text(home: String) -> String? {
        switch self {
        case .text(let text): text
        case .inHome(let name, let scheme): "\(scheme)\(home)/\(name)"
        case .described, .none: nil
        }
    }

    /// `(default: 12)`, or nothing.
    var help: String? {
        switch self {
        case .text(let text): "(default: \(text))"
        case .inHome(let name, _): "(default: \(name) in the data directory)"
        case .described(let description): "(default: \(description))"
        case .none: nil
        }
    }
}
