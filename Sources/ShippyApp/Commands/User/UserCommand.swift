import ArgumentParser

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Create, list, import, export and delete users.",
        discussion: """
            A registered users service does the work. If none is registered and every engine is on this machine, the command \
            runs the services itself, finishes the event and the mail, and says so.
            """,
        subcommands: [
            UserCreateCommand.self, UserListCommand.self, UserGetCommand.self, UserImportCommand.self, UserExportCommand.self,
            UserDeleteCommand.self,
        ])
}
