import ShippyCore

/// The context that a command uses.
package struct SelectedContext: Hashable, Sendable {
    package let name: String
    /// Whether destroying something wants the name typed.
    package let isProtected: Bool
    /// What selected it: a flag, a variable, or the line of the contexts file that makes it current.
    package let origin: Origin
    /// Its values, by the names of settings.
    let values: [String: GivenValue]
    /// Settings that a context cannot have.
    let problems: [ShippyError]

    init(_ context: Context, origin: Origin, file: ContextFile) {
        name = context.name
        isProtected = context.isProtected
        self.origin = origin
        var values: [String: GivenValue] = [:]
        var problems: [ShippyError] = []
        for (name, text) in context.settings {
            let place = Origin.context(name: context.name, path: file.path, line: context.lines[name] ?? 1)
            if Context.rows.contains(where: { $0.name == name }) {
                values[name] = GivenValue(text: text, origin: place)
            } else {
                problems.append(place.fault(Self.advice(name)))
            }
        }
        self.values = values
        self.problems = problems.sorted { $0.message < $1.message }
    }

    private static func advice(_ name: String) -> String {
        if let row = Settings.all.first(where: { $0.name == name }) {
            return "\(row.name) cannot be set in a context: use \(row.flag) or \(row.variable)"
        }
        let nearest = NearestName.of(name.replacing("_", with: "-"), among: Context.rows.map(\.name))
        return "unknown setting: \(nearest.map { "did you mean \($0)?" } ?? "use \(Context.rows.map(\.name).joined(separator: ", "))")"
    }
}
