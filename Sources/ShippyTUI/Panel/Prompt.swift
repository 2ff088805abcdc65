/// A prompt on the last line. While it is open, it gets all keys.
enum Prompt {
    /// Esc restores `before`.
    case filter(TextField, before: String)
    case export(TextField)
    /// A new value for a field of a user, and what is wrong with it.
    case edit(TextField, PanelCommand.Target, fault: String?)
    case question(PanelCommand)
    /// The name of a protected context must be typed.
    case protectedQuestion(PanelCommand, TextField)
    /// Every action of the tab, of which `index` is selected among those that match.
    case palette(TextField, index: Int)
}
