import ArgumentParser

struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "List and revoke the sessions of users who are logged in.",
        subcommands: [SessionListCommand.self, SessionRevokeCommand.self])
}
