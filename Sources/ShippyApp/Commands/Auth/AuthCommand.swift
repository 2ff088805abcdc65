import ArgumentParser

struct AuthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth",
        abstract: "Log in and out, and show who you are.",
        discussion: """
            On the machine of the data directory no login is needed: whoever can read the directory may do everything. Elsewhere, \
            a command uses the token in --token-file or SHIPPY_TOKEN, or else the login that `shippy auth login` has stored.

            Never put a token in an argument, where other users of the machine could see it.
            """,
        subcommands: [
            AuthLoginCommand.self, AuthLogoutCommand.self, AuthStatusCommand.self, AuthTokenCommand.self, AuthResetPasswordCommand.self,
        ])
}
