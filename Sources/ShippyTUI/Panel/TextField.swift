import ShippyCore

/// A line of text being edited, at its end.
struct TextField: Hashable {
    /// More than anyone types. A paste may be longer and is cut.
    private static let limit = 1000

    private(set) var text = ""
    /// Whether the text is only a proposal, which the first typed character replaces.
    private(set) var isProposal = false

    init(_ text: String = "", isProposal: Bool = false) {
        self.text = text
        self.isProposal = isProposal
    }

    /// - Returns: whether the key was an editing key.
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
