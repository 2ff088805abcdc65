/// What a terminal is to show: lines of styled text, none wider than the terminal and none beyond its end.
package struct Screen: Hashable, Sendable {
    package struct Span: Hashable, Sendable {
        package var text: String
        package var style: TextStyle
    }

    package struct Position: Hashable, Sendable {
        package var line: Int
        package var column: Int
    }

    package let size: Size
    package private(set) var lines: [Line] = []
    /// Where a person types; nil while nobody does.
    package var cursor: Position?

    init(_ size: Size) {
        self.size = size
    }

    var isFull: Bool { lines.count >= size.height }

    /// Leaves out what is beyond the end.
    mutating func add(_ line: Line) {
        if !isFull { lines.append(line) }
    }

    mutating func add(_ lines: [Line]) {
        lines.forEach { add($0) }
    }

    /// Empty lines down to so many from the end.
    mutating func fill(leaving count: Int) {
        while lines.count < size.height - count { lines.append(Line(width: size.width)) }
    }

    /// Takes out the last lines, down to so many.
    mutating func cut(to count: Int) {
        lines.removeLast(max(0, lines.count - count))
    }

    /// The text alone, without blanks at the end of lines.
    package var text: String {
        lines.map { line in
            let text = line.spans.map(\.text).joined()
            return String(text.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

package struct Size: Hashable, Sendable {
    package var width: Int
    package var height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
}
