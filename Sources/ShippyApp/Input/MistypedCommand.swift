import ArgumentParser
import ShippyCore

/// A word where a command was expected. ArgumentParser calls it an unexpected argument.
enum MistypedCommand {
    /// The message with the word's name, and the command that was probably meant; the message itself if the reason is another one.
    static func explained(_ message: String, root: any ParsableCommand.Type = Shippy.self, arguments: [String]) -> String {
        guard let end = message.firstIndex(of: "\n"), message[..<end].lowercased().contains("unexpected argument") else { return message }
        var level = names(below: root)
        for word in arguments.dropFirst() where !word.hasPrefix("-") {
            if let next = level[word] {
                level = names(below: next)
                continue
            }
            guard !level.isEmpty, message[..<end].contains("'\(word)'") else { return message }
            let meant = NearestName.of(word, among: level.keys.sorted())
            return "Error: Unknown command '\(word)'.\(meant.map { " Did you mean '\($0)'?" } ?? "")\(message[end...])"
        }
        return message
    }

    /// The commands of a group, by their names and aliases.
    private static func names(below command: any ParsableCommand.Type) -> [String: any ParsableCommand.Type] {
        var names: [String: any ParsableCommand.Type] = [:]
        for subcommand in command.configuration.subcommands {
            names[subcommand._commandName] = subcommand
            for alias in subcommand.configuration.aliases { names[alias] = subcommand }
        }
        return names
    }
}
