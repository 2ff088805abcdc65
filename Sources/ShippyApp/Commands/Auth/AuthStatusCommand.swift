import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct AuthStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show who you are to the services, and until when.",
        usage: "shippy auth status [<options>]",
        discussion: """
            Asks a service whether the login or token is still valid. The exit status is 77 if it is not, or if there is none.

            Examples:
              shippy auth status
              shippy auth status -o json
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsersAccess { access in
            let status = try await access.credentials.explaining {
                try await AuthStatus.make(access.credentials, access.access, context.configuration)
            }
            try await context.rendering.value(status, fields: status.fields)
        }
    }
}
