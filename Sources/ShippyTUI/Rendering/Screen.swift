/// The content of a terminal: lines of styled text, which never exceed its size.
package struct Screen: Hashable, Sendable {
    package struct Span: Hashable, Sendable {
        package var text: String
        package var style: TextStyle
    }

    package struct Position: Hashable, Sendable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// What a click on a part of the screen is about.
    package enum Target: Hashable, Sendable {
        case tab(PanelTab)
        /// The item at this index of the list.
        case row(Int)
    }

    struct Region: Hashable, Sendable {
        var line: Int
        var columns: Range<Int>
        var target: Target
    }

    package let size: Size
    private var regions: [Region] = []
    package private(set) var lines: [Line] = []
    /// The position of the text cursor; nil while nothing is being typed.
    package var cursor: Position?

    init(_ size: Size) {
        self.size = size
    }

    /// What is at this position; nil if a click there does nothing.
    package func target(at position: Position) -> Target? {
        regions.first { $0.line == position.line && $0.columns.contains(position.column) }?.target
    }

    mutating func add(_ region: Region) {
        if region.line < size.height { regions.append(region) }
    }

    var isFull: Bool { lines.count >= size.height }

    /// Adds a line, unless the screen is full.
    mutating func add(_ line: Line) {
        if !isFull { lines.append(line) }
    }

    mutating func add(_ lines: [Line]) {
        lines.forEach { add($0) }
    }

    /// Adds empty lines, leaving the last `count` lines free.
    mutating func fill(leaving count: Int) {
        while lines.count < size.height - count { lines.append(Line(width: size.width)) }
    }

    /// Removes lines at the end, down to `count`.
    mutating func cut(to count: Int) {
        lines.removeLast(max(0, lines.count - count))
    }

    /// The text without styles and trailing blanks.
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
