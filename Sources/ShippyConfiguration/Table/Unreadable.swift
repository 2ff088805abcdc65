/// A value that cannot be parsed.
package struct Unreadable: Error, Hashable {
    /// Advice for the user, such as `use a number from 10 to 20`. It never quotes the value.
    package let advice: String

    package init(_ advice: String) {
        self.advice = advice
    }
}
