/// A value cannot be read.
package struct Unreadable: Error, Hashable {
    /// What to write instead, as `use a number from 10 to 20`. Nothing of the value is in it.
    package let advice: String

    package init(_ advice: String) {
        self.advice = advice
    }
}
