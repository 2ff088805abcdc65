/// A value as written, and its origin.
package struct GivenValue: Hashable, Sendable {
    package var text: String
    package var origin: Origin

    package init(text: String, origin: Origin) {
        self.text = text
        self.origin = origin
    }
}
