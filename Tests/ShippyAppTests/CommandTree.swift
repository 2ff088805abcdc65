import ArgumentParser

@testable import ShippyApp

/// The commands that do something.
enum CommandTree {
    static let leaves = leaves(of: Shippy.self)

    private static func leaves(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        let children = command.configuration.subcommands
        return children.isEmpty ? [command] : children.flatMap(leaves)
    }
}
