extension ShippyError {
    /// `unknown field "nmae": did you mean name?`
    ///
    /// - Parameters:
    ///   - kind: what `name` should be the name of.
    ///   - known: all names that there are.
    package static func unknown(_ kind: String, _ name: String, among known: [String]) -> ShippyError {
        let advice =
            if known.isEmpty {
                "this call takes none"
            } else if let nearest = NearestName.of(name, among: known) {
                "did you mean \(nearest)?"
            } else {
                "use \(known.joined(separator: ", "))"
            }
        return ShippyError(.malformed, "unknown \(kind) \(name.quoted(limit: 40)): \(advice)", field: name.count <= 40 ? name : nil)
    }
}
