import ShippyCore

/// A question on the last line, which has the keys to itself.
enum Prompt {
    /// What was there before comes back with Esc.
    case filter(TextField, before: String)
    case export(TextField)
    case deregister([Instance])
}

/// A line of text that is being written, at its end.
struct TextField: Hashable {
    /// Longer than anybody types; a paste may be longer.
    private static let limit = 1000

    private(set) var text = ""
    /// Whether the text is only proposed: the first character typed takes its place.
    private(set) var isProposal = false

    init(_ text: String = "", isProposal: Bool = false) {
        self.text = text
        self.isProposal = isProposal
    }

    /// - Returns: whether the key was one for writing.
    mutating func edit(_ key: PanelKey) -> Bool {
        switch key {
        case .character(let character) where text.count < Self.limit && !character.unicodeScalars.contains(where: \.isUnsafeToShow):
            if isProposal { text = "" }
            text.append(character)
        case .backspace: _ = text.popLast()
        case .control("u"): text = ""
        case .control("w"):
            while text.last == " " { text.removeLast() }
            while let last = text.last, last != " " { text.removeLast() }
        default: return false
        }
        isProposal = false
        return true
    }
}
