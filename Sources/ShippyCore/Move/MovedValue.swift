/// A value in a row that moves from one store to another. It has no engine's type.
package enum MovedValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    package var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    package var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}
