import ShippyCore

/// Selects the context that a command uses.
package enum ContextSelection {
    /// The context that a flag or a variable names; with empty text if it says that none is to be used.
    package static func named(flags: [String: String], environment: [String: String]) -> GivenValue? {
        let row = Settings.context.row
        let flag = flags[row.name].map { GivenValue(text: $0, origin: .flag(row.flag)) }
        return flag ?? environment[row.variable].map { GivenValue(text: $0, origin: .variable(row.variable)) }
    }

    /// - Returns: nil for an empty name.
    /// - Throws: the error of reading the file; ``ShippyError`` `.usage` if there is no context with this name.
    static func select(_ named: GivenValue, in file: ContextFile) throws -> SelectedContext? {
        guard !named.text.isEmpty else { return nil }
        let contexts = try file.load()
        guard let context = contexts.context(named: named.text) else {
            throw ShippyError(.usage, "\(named.origin.description): \(contexts.unknown(named.text))")
        }
        return SelectedContext(context, origin: named.origin, file: file)
    }

    /// - Returns: nil if no context is current.
    /// - Throws: as above. The message says how to do without.
    static func selectCurrent(in file: ContextFile) throws -> SelectedContext? {
        do {
            let contexts = try file.load()
            guard let name = contexts.current else { return nil }
            let origin = Origin.file(path: file.path, line: contexts.currentLine)
            guard let context = contexts.context(named: name) else { throw origin.fault(contexts.unknown(name)) }
            return SelectedContext(context, origin: origin, file: file)
        } catch var error as ShippyError {
            error.message += "; with --context '' commands use no context"
            throw error
        }
    }
}
