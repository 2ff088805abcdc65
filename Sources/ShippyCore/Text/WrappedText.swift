extension String {
    /// The text in pieces of at most `width` columns, broken at blanks where there are some. At most ten.
    package func wrapped(to width: Int) -> [String] {
        var pieces: [String] = []
        var rest = self
        while rest.columns > width, pieces.count < 9 {
            var piece = rest.cut(to: width, ellipsis: "")
            // A character may be wider than a line.
            guard !piece.isEmpty else { return pieces + [rest] }
            if let blank = piece.lastIndex(of: " "), piece.distance(from: piece.startIndex, to: blank) > piece.count / 5 {
                piece = String(piece[...blank])
            }
            pieces.append(piece)
            rest.unicodeScalars.removeFirst(piece.unicodeScalars.count)
        }
        return pieces + [rest]
    }
}
