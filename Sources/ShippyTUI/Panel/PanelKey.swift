/// A key, whatever a terminal sends for it.
package enum PanelKey: Hashable, Sendable {
    case character(Character)
    /// With the Ctrl key, in lower case.
    case control(Character)
    case up, down, left, right, pageUp, pageDown, home, end
    case enter, escape, backspace, delete, tab
}
