import ArgumentParser
import ShippyCore

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Create, list and revoke tokens for programs.",
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

extension APIToken {
    /// For people.
    var fields: [(String, String)] {
        [
            ("id", id), ("name", name), ("role", role.rawValue), ("created by", createdBy), ("created at", createdAt.description),
            ("expires at", expiresAt?.description ?? "never"),
        ]
    }
}
