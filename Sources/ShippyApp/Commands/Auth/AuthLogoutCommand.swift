import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct AuthLogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: "End the stored login.",
        usage: "shippy auth logout [<options>]",
        discussion: """
            Ends the session and forgets it here. If no service can be reached, the login is forgotten all the same, and the exit \
            status is 69. Without a login, nothing happens.

            Examples:
              shippy auth logout
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let credentials = context.credentials { _ in throw CommandCredentials.notLoggedIn }
        let login = try await credentials.logOut { refreshToken in
            try await context.withUsersAccess { try await $0.access.logOut(refreshToken, requestID: context.requestID) }
        }
        Console.say(login.map { "shippy: \($0.holder) is logged out" } ?? "shippy: not logged in")
    }
}
