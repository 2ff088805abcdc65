import ShippyCore

/// The content of the contexts file: all contexts, which of them is current, and credentials without a context.
package struct Contexts: Hashable, Sendable {
    /// The context that commands use unless told otherwise; nil for none.
    package internal(set) var current: String?
    var byName: [String: Context] = [:]
    /// Credentials of installations without a context, by data directory.
    var byHome: [String: Credentials] = [:]
    /// The line of `current` in the file.
    var currentLine = 1

    package init() {}

    package static func == (one: Contexts, other: Contexts) -> Bool {
        one.current == other.current && one.byName == other.byName && one.byHome == other.byHome
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(current)
    }

    /// All contexts, ordered by name.
    package var all: [Context] { byName.values.sorted { $0.name < $1.name } }

    /// - Returns: nil if there is none with this name.
    package func context(named name: String) -> Context? { byName[name] }

    /// - Throws: ``ShippyError`` `.notFound` that names a similar one, if there is none with this name.
    package func context(_ name: String) throws -> Context {
        guard let context = byName[name] else { throw ShippyError(.notFound, unknown(name)) }
        return context
    }

    /// `no context "prod": did you mean production?`
    func unknown(_ name: String) -> String {
        let advice = NearestName.of(name, among: byName.keys.sorted()).map { "did you mean \($0)?" }
        let list = byName.isEmpty ? "`shippy context add` adds one" : "`shippy context list` lists all contexts"
        return "no context \(name.quoted(limit: 80)): \(advice ?? list)"
    }

    /// - Parameter isReplacing: whether it may take the place of one with the same name.
    /// - Throws: ``ShippyError`` `.usage` for a name that cannot be used, `.conflict` if there is one with this name.
    package mutating func add(_ context: Context, isReplacing: Bool = false) throws {
        try Context.checkName(context.name)
        guard isReplacing || byName[context.name] == nil else {
            throw ShippyError(.conflict, "context \(context.name) already exists: choose another name, or replace it with --replace")
        }
        byName[context.name] = context
    }

    /// Removes a context with its credentials. If it was current, none is.
    /// - Throws: ``ShippyError`` `.notFound`.
    package mutating func remove(_ name: String) throws {
        _ = try context(name)
        byName[name] = nil
        if current == name { current = nil }
    }

    /// - Parameter name: nil for none.
    /// - Throws: ``ShippyError`` `.notFound`.
    package mutating func use(_ name: String?) throws {
        current = try name.map { try context($0).name }
    }

    /// Empty if there are none.
    package func credentials(of holder: CredentialsHolder) -> Credentials {
        switch holder {
        case .context(let name): byName[name]?.credentials ?? Credentials()
        case .home(let home): byHome[home] ?? Credentials()
        }
    }

    /// - Parameter credentials: empty ones are forgotten.
    /// - Throws: ``ShippyError`` `.notFound` for a context that does not exist, or no longer.
    package mutating func setCredentials(_ credentials: Credentials, of holder: CredentialsHolder) throws {
        switch holder {
        case .context(let name):
            _ = try context(name)
            byName[name]?.credentials = credentials
        case .home(let home): byHome[home] = credentials.isEmpty ? nil : credentials
        }
    }
}
