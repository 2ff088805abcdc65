import Foundation

/// Rearranges the text that ArgumentParser makes for `--help`.
enum HelpText {
    /// Moves a command's own options before the settings, and adds where settings may come from.
    static func arranged(_ help: String) -> String {
        var sections = help.components(separatedBy: "\n\n").map(trimmed).filter { !$0.isEmpty }
        guard let settings = sections.firstIndex(where: isSettings) else { return help }
        if let options = sections.lastIndex(where: { $0.hasPrefix("OPTIONS:") }), options > settings {
            sections.insert(sections.remove(at: options), at: settings)
        }
        return (sections + [note]).joined(separator: "\n\n")
    }

    private static let note = """
        Settings can also be given in the environment (SHIPPY_STORE for --store), in a
        context, or in config.yaml (store: ...). A flag overrides the environment, that
        overrides the context, and that overrides the file.
        An empty variable counts as not set. Other options are flags only.
        """

    private static func isSettings(_ section: String) -> Bool {
        section.prefix { $0 != "\n" }.hasSuffix("SETTINGS:")
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
