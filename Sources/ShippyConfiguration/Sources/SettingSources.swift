import Foundation
package import ShippyCore

/// All sources of settings, in falling precedence: flags, `SHIPPY_…` variables, the context, the tutorials' variables, and the
/// configuration file. Values are kept as text; ``Configuration`` parses them.
package struct SettingSources: Sendable {
    /// The data directory, as an absolute path.
    package let home: GivenValue
    /// The path of the configuration file, which may not exist.
    package let configurationFile: GivenValue
    /// The context that a flag or a variable names; with empty text if it says that none is to be used.
    package let namedContext: GivenValue?
    /// The context in effect; nil for none.
    package let context: SelectedContext?
    /// The current context that is not used, because it was not named; see ``init(flags:environment:usesCurrentContext:)``.
    package let passedOverContext: String?
    private let flags: [String: String]
    private let environment: [String: String]
    private let tutorials: [String: GivenValue]
    private let file: ConfigurationFile

    /// - Parameters:
    ///   - flags: values by setting name.
    ///   - usesCurrentContext: whether the context that `context use` has chosen counts. One that a flag or variable names always
    ///     does.
    /// - Throws: ``ShippyError`` `.denied` for a data directory, configuration file or contexts file that other users can change,
    ///   and `.usage` for a context that does not exist and for a file that cannot be opened.
    package init(flags: [String: String], environment: [String: String], usesCurrentContext: Bool = true) throws {
        self.flags = flags
        self.environment = environment
        tutorials = TutorialVariables.values(environment)
        let contexts = ContextFile(environment: environment)
        namedContext = ContextSelection.named(flags: flags, environment: environment)
        let current = try namedContext == nil && usesCurrentContext ? ContextSelection.selectCurrent(in: contexts) : nil
        let context = try namedContext.flatMap { try ContextSelection.select($0, in: contexts) } ?? current
        self.context = context
        // A file that is not used need not be readable.
        passedOverContext = namedContext == nil && !usesCurrentContext ? (try? contexts.load())?.current : nil
        let named = { (row: SettingRow) in Self.outside(row, flags: flags, environment: environment) ?? context?.values[row.name] }
        let home = named(Settings.home.row) ?? GivenValue(text: Self.standardHome(environment), origin: .standard)
        self.home = GivenValue(text: home.text.absolutePath, origin: home.origin)
        try PrivateFile.checkHome(self.home.text)
        if let file = named(Settings.config.row) {
            // A file named by the user is trusted. One found in the data directory must not be under another user's control.
            configurationFile = GivenValue(text: file.text.absolutePath, origin: file.origin)
        } else {
            configurationFile = GivenValue(text: "\(self.home.text)/config.yaml", origin: .standard)
            try PrivateFile.checkTrusted("config.yaml", in: self.home.text)
        }
        file = try ConfigurationFile(path: configurationFile.text, isRequired: configurationFile.origin != .standard)
    }

    /// The setting's value and origin; nil if it is not set.
    package func given(_ row: SettingRow) -> GivenValue? {
        Self.outside(row, flags: flags, environment: environment) ?? context?.values[row.name] ?? tutorials[row.name] ?? file.values[row.name]
    }

    /// The value from the command line or a `SHIPPY_…` variable; nil if neither sets it. Other processes may not have this value.
    package func outside(_ row: SettingRow) -> GivenValue? { Self.outside(row, flags: flags, environment: environment) }

    private static func outside(_ row: SettingRow, flags: [String: String], environment: [String: String]) -> GivenValue? {
        if let text = flags[row.name] { return GivenValue(text: text, origin: .flag(row.flag)) }
        return environment[row.variable].nonEmpty.map { GivenValue(text: $0, origin: .variable(row.variable)) }
    }

    /// The settings of a new context: those from the command line and from `SHIPPY_…` variables that lead to an installation. They
    /// mean the same in every working directory.
    package var forContext: [String: String] {
        let given = Context.rows.compactMap { row in outside(row).map { (row.name, row.fromRoot($0.text)) } }
        return Dictionary(uniqueKeysWithValues: given)
    }

    /// Variables that override a different value of the context, such as `SHIPPY_STORE overrides store of context production`. They
    /// may have been meant for another installation.
    package var overriddenContext: [String] {
        guard let context else { return [] }
        return Context.rows.compactMap { row in
            guard let outside = outside(row), case .variable = outside.origin, let value = context.values[row.name], value.text != outside.text
            else { return nil }
            return "\(row.variable) overrides \(row.name) of context \(context.name)"
        }
    }

    /// The parsed value; nil if it is not set.
    /// - Throws: ``ShippyError`` `.usage` that names its origin.
    func given<Value>(_ setting: Setting<Value>) throws -> Value? {
        guard let given = given(setting.row) else { return nil }
        return try Self.reading(given, of: setting.row) { try setting.type.read($0) }
    }

    /// The parsed value or the default, which must exist.
    package func value<Value>(_ setting: Setting<Value>) throws -> Value {
        if let value = try given(setting) { return value }
        guard let text = setting.row.default.text(home: home.text) else { preconditionFailure("\(setting.row.name) has no default") }
        return try setting.type.read(text)
    }

    /// All values of the setting, in falling precedence.
    private func everyGiven(_ row: SettingRow) -> [GivenValue] {
        let flag = flags[row.name].map { GivenValue(text: $0, origin: .flag(row.flag)) }
        let variable = environment[row.variable].nonEmpty.map { GivenValue(text: $0, origin: .variable(row.variable)) }
        return [flag, variable, context?.values[row.name], tutorials[row.name], file.values[row.name]].compactMap { $0 }
    }

    /// All problems, not just the first.
    ///
    /// - Parameter overridden: whether to check overridden values, too.
    package func problems(overridden: Bool = false) -> [ShippyError] {
        (context?.problems ?? []) + file.problems
            + Settings.all.flatMap { row in
                everyGiven(row).prefix(overridden ? .max : 1).compactMap { given -> ShippyError? in
                    do {
                        try Self.reading(given, of: row, row.check)
                        return nil
                    } catch {
                        return ShippyError.wrapping(error, as: .usage)
                    }
                }
            }
    }

    /// Empty variables, such as `SHIPPY_STORE=`. They count as not set.
    ///
    /// An empty `SHIPPY_CONTEXT` means something: no context.
    package var emptyVariables: [String] {
        Settings.all.map(\.variable).filter { environment[$0] == "" && $0 != Settings.context.row.variable }
    }

    /// Likely mistakes: empty variables, variables that override the context, and unknown variables that begin with `SHIPPY_`.
    package func warnings() -> [String] {
        let known = Settings.all.map(\.variable)
        return emptyVariables.map { "\($0) is empty and counts as not set" } + overriddenContext
            + environment.keys.sorted().filter { $0.hasPrefix("SHIPPY_") && !known.contains($0) }.map { name in
                let nearest = NearestName.of(String(name.dropFirst("SHIPPY_".count)), among: Settings.all.map { $0.name.replacing("-", with: "_") })
                let advice = nearest.map { "did you mean SHIPPY_\($0.uppercased())?" } ?? "shippy does not use it"
                return "unknown variable \(name.visiblyEscaped(limit: 80)): \(advice)"
            }
    }

    private static func reading<Value>(_ given: GivenValue, of row: SettingRow, _ read: (String) throws -> Value) throws -> Value {
        if case .flag = given.origin, row.hasSecret(given.text) {
            throw ShippyError(
                .usage,
                "\(row.flag) \(URLs.redacted(given.text).quoted()) contains a password, which other users of this machine could see: use \(row.variable) or the configuration file"
            )
        }
        do {
            return try read(given.text)
        } catch let error as Unreadable {
            let value = row.shown(given.text).quoted(limit: 120)
            throw given.origin.fault(row) { "cannot parse \($0) \(value): \(error.advice)" }
        }
    }

    private static func standardHome(_ environment: [String: String]) -> String {
        let data = environment["XDG_DATA_HOME"].nonEmpty ?? "\(environment["HOME"].nonEmpty ?? NSHomeDirectory())/.local/share"
        return "\(data)/shippy"
    }

}

extension SettingRow {
    /// The value as it may be shown.
    package func shown(_ text: String) -> String { isWhollySecret ? "…" : isSecret ? URLs.redacted(text) : text }

    /// Whether the value contains a password, a token or a key.
    package func hasSecret(_ text: String) -> Bool {
        isSecret && (isWhollySecret || URLs.hasSecret(text, takesToken: name == Settings.bus.row.name))
    }

    /// The value with an absolute path in place of a relative one.
    fileprivate func fromRoot(_ text: String) -> String {
        switch offer {
        case .file, .directory: return text.absolutePath
        case .nothing, .contexts, .words:
            for scheme in ["sqlite:", "maildir:"] {
                if let path = text.dropping(prefix: scheme) { return scheme + path.absolutePath }
            }
            return text
        }
    }
}
