import ShippyCore

/// An access token as it was given: text that fits in a header, and never part of a description.
package struct GivenToken: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The most bytes that a token may have.
    package static let byteLimit = 16 * 1024

    package let text: String

    /// - Parameter text: may have blanks around the token, and `Bearer` before it.
    /// - Throws: ``Unreadable`` for text that cannot be a token.
    package init(_ text: String) throws {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        if text.prefix(7).lowercased() == "bearer " { text = text.dropFirst(7).drop(while: \.isWhitespace) }
        guard !text.isEmpty, text.utf8.count <= Self.byteLimit, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw Unreadable("use a token as `shippy token create` or `shippy auth token` prints it")
        }
        self.text = String(text)
    }

    package var description: String { "…" }
    package var debugDescription: String { description }
}
