/// Suggests a name for a misspelled one.
package enum NearestName {
    /// - Returns: the nearest of `names`; nil if none is near enough. A third of the name's characters may be wrong, at least one
    ///   and at most three.
    package static func of(_ text: String, among names: [String]) -> String? {
        let text = text.lowercased()
        let nearest = names.map { (name: $0, distance: distance($0, text)) }.min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= min(3, max(1, nearest.name.count / 3)) else { return nil }
        return nearest.name
    }

    /// The number of characters to insert, remove, replace or swap with the next one to turn `first` into `second`. Only the
    /// first 64 characters count.
    package static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.unicodeScalars.prefix(64)), Array(second.unicodeScalars.prefix(64)))
        var beforeLast: [Int] = []
        var last = Array(0...second.count)
        for (index, scalar) in first.enumerated() {
            var row = [index + 1]
            for (place, other) in second.enumerated() {
                var distance = min(row[place] + 1, last[place + 1] + 1, last[place] + (scalar == other ? 0 : 1))
                if index > 0, place > 0, scalar == second[place - 1], other == first[index - 1] {
                    distance = min(distance, beforeLast[place - 1] + 1)
                }
                row.append(distance)
            }
            beforeLast = last
            last = row
        }
        return last[second.count]
    }
}
