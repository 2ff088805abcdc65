import ShippyCore

/// One line of a screen, filled from the left.
package struct Line: Hashable, Sendable {
    package private(set) var spans: [Screen.Span] = []
    /// The number of free columns.
    private(set) var room: Int

    init(width: Int, isFilled: Bool = false) {
        room = max(0, width)
        if isFilled { fill() }
    }

    /// Makes a full line longer, up to `width` columns.
    mutating func widen(to width: Int) {
        fill()
        room = max(0, width - spans.reduce(0) { $0 + $1.text.columns })
    }

    /// Adds the content of another line, as far as it fits.
    mutating func append(_ line: Line) {
        for span in line.spans { add(span.text, span.style) }
    }

    /// - Parameter width: the number of columns to fill; by default, that of the text.
    mutating func add(_ text: String, _ style: TextStyle = .plain, width: Int? = nil, ellipsis: String = "") {
        let limit = min(width ?? room, room)
        guard limit > 0 else { return }
        var shown = text.cut(to: limit, ellipsis: ellipsis)
        if width != nil { shown = shown.padding(to: limit) }
        guard !shown.isEmpty else { return }
        room -= shown.columns
        if let last = spans.last, last.style == style {
            spans[spans.count - 1].text += shown
        } else {
            spans.append(Screen.Span(text: shown, style: style))
        }
    }

    /// Adds blanks, leaving the last `columns` free.
    mutating func fill(_ style: TextStyle = .plain, leaving columns: Int = 0) {
        let count = room - columns
        if count > 0 { add(String(repeating: " ", count: count), style) }
    }
}
