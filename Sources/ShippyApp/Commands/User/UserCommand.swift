import ArgumentParser

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Create, list, change, import, export and delete users.",
        discussion: """
            These commands use a registered users service. If none is registered and all engines are embedded, the command \
            runs the services itself, waits for its events and mails to be processed, and says so on standard error.
            """,
        subcommands: [
            UserCreateCommand.self, UserListCommand.self, UserGetCommand.self, UserImportCommand.self, UserExportCommand.self,
            UserUpdateCommand.self, UserDisableCommand.self, UserEnableCommand.self, UserSetPasswordCommand.self,
            UserResetPasswordCommand.self, UserConfirmCommand.self, UserSetRoleCommand.self, UserDeleteCommand.self,
        ],
        aliases: ["users"])
}
