/// A line of an item's details.
package struct DetailField: Hashable, Sendable {
    var name: String
    var value: String
    var style: TextStyle

    init(_ name: String, _ value: String, _ style: TextStyle = .plain) {
        self.name = name
        self.value = value
        self.style = style
    }
}
