import ShippyCore

/// An installation, known by a name: the values of the settings that lead to it, and the credentials for it.
package struct Context: Hashable, Sendable {
    package let name: String
    /// Whether destroying something in it wants its name typed.
    package var isProtected: Bool
    /// Values as text, by the names of settings. They may contain passwords.
    package var settings: [String: String]
    package var credentials: Credentials
    /// The line of each setting in the file. A context that was not read from one has none.
    var lines: [String: Int] = [:]

    package init(name: String, isProtected: Bool = false, settings: [String: String] = [:], credentials: Credentials = Credentials()) {
        self.name = name
        self.isProtected = isProtected
        self.settings = settings
        self.credentials = credentials
    }

    /// Equal contexts have equal content, wherever in the file it is.
    package static func == (one: Context, other: Context) -> Bool {
        one.name == other.name && one.isProtected == other.isProtected && one.settings == other.settings && one.credentials == other.credentials
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }

    /// The settings that lead to an installation.
    package static let rows = Settings.all.filter(\.isInContext)

    /// A name is easy to type, in a question and in a shell: 1 to 64 letters, digits, `.`, `_` and `-`, and does not begin with `-`
    /// or `.`.
    package static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...64).contains(bytes.count), let first = bytes.first, first.isASCIIAlphanumeric || first == UInt8(ascii: "_") else { return false }
        return bytes.allSatisfy { $0.isASCIIAlphanumeric || "._-".utf8.contains($0) }
    }

    /// - Throws: ``ShippyError`` `.usage` that says what a name is.
    package static func checkName(_ text: String) throws {
        guard isName(text) else {
            throw ShippyError(.usage, "cannot use the context name \(text.quoted(limit: 80)): \(nameAdvice)")
        }
    }

    static let nameAdvice = "use 1 to 64 letters, digits, dots, dashes and underscores"

    /// The settings as they may be shown, in the order of the table, without secrets.
    package var shownSettings: [(name: String, value: String)] {
        let known = Self.rows.compactMap { row in settings[row.name].map { (name: row.name, value: row.shown($0)) } }
        let others = settings.keys.filter { name in !Self.rows.contains { $0.name == name } }.sorted()
        return known + others.map { (name: $0, value: "…") }
    }
}
