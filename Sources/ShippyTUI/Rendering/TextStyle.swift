/// How a piece of text looks. A colour is never all that tells two things apart.
package struct TextStyle: Hashable, Sendable {
    package enum Color: Int16, Sendable {
        case plain, green, yellow, red, cyan
    }

    package var color = Color.plain
    package var isBold = false
    package var isDim = false
    package var isReverse = false

    static let plain = TextStyle()
    static let bold = TextStyle(isBold: true)
    static let dim = TextStyle(isDim: true)
    static let title = TextStyle(isReverse: true)
    static let warning = TextStyle(color: .yellow, isBold: true)
    static let error = TextStyle(color: .red, isBold: true)
}
