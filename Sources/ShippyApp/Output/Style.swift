import ShippyConfiguration

/// Terminal styles, if enabled.
struct Style: Sendable {
    var isEnabled: Bool

    static let plain = Style(isEnabled: false)

    init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// - Parameter isTerminal: whether the output is a terminal.
    init(_ mode: ColorMode, isTerminal: Bool) {
        switch mode {
        case .always: isEnabled = true
        case .never: isEnabled = false
        case .auto: isEnabled = isTerminal && !Terminal.wantsNoColor && !Terminal.isDumb
        }
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }
    func red(_ text: String) -> String { wrap(text, "31") }

    private func wrap(_ text: String, _ code: String) -> String {
        isEnabled ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
