/// The style of a piece of text. Colour is never the only difference between two things.
package struct TextStyle: Hashable, Sendable {
    package enum Color: Int16, Sendable {
        case plain, green, yellow, red, cyan
    }

    package var color = Color.plain
    package var isBold = false
    package var isDim = false
    package var isReverse = false
    package var isUnderlined = false

    static let plain = TextStyle()
    static let bold = TextStyle(isBold: true)
    static let dim = TextStyle(isDim: true)
    /// Titles of columns.
    static let title = TextStyle(isBold: true, isUnderlined: true)
    /// The selected line, and the tab that is shown.
    static let selection = TextStyle(color: .cyan, isReverse: true)
    static let warning = TextStyle(color: .yellow, isBold: true)
    static let error = TextStyle(color: .red, isBold: true)
}
