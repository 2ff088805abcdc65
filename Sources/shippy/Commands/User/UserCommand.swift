import ArgumentParser
import ShippyCore

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Create, list, import, export and delete users.",
        discussion: """
            A users service that is registered does the work. If none is, and the store is on this machine, the command starts the \
            services inside itself, finishes the event and the mail, and says so.
            """,
        subcommands: [
            UserCreateCommand.self, UserListCommand.self, UserGetCommand.self, UserImportCommand.self, UserExportCommand.self,
            UserDeleteCommand.self,
        ])
}

/// Runs `body` with the users service, and finishes what it caused.
func withUsers(_ context: CommandContext, _ body: (any UsersAPI) async throws -> Void) async throws {
    let access = try await UsersAccess.open(context)
    do {
        try await body(access.users)
    } catch {
        // The first error is the one to tell of.
        try? await access.close()
        throw error
    }
    try await access.close()
}
