/// Finds the name that was probably meant.
package enum NearestName {
    /// - Returns: the nearest of `names`, or nil when none is near enough to be a misspelling of it.
    package static func of(_ text: String, among names: [String]) -> String? {
        let text = text.lowercased()
        let nearest = names.map { (name: $0, distance: distance($0, text)) }.min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= 3, nearest.distance < nearest.name.count else { return nil }
        return nearest.name
    }

    /// How many characters must be inserted, removed or replaced.
    package static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.unicodeScalars.prefix(64)), Array(second.unicodeScalars.prefix(64)))
        var row = Array(0...second.count)
        for (index, scalar) in first.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in second.enumerated() {
                let cost = min(row[place] + 1, row[place + 1] + 1, diagonal + (scalar == other ? 0 : 1))
                diagonal = row[place + 1]
                row[place + 1] = cost
            }
        }
        return row[second.count]
    }
}
