import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct AuthTokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Print an access token for scripts.",
        usage: "shippy auth token [<options>]",
        discussion: """
            The token is valid for minutes, with the rights of your login. For a program that runs longer, use `shippy token \
            create`.

            Examples:
              shippy auth token
              shippy auth token -o json
            """)

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withUsersAccess { access in
            guard let credential = try await access.credentials.current() else { throw CommandCredentials.notLoggedIn }
            let token = PrintedToken(text: credential.token, expiresAt: TokenClaims(credential.token)?.expiresAt)
            switch context.rendering.format {
            case .text: try await StandardOutput.write(token.text + "\n")
            case .json, .jsonl, .csv: try await context.rendering.value(token, fields: [])
            }
        }
    }
}

private struct PrintedToken: JSONWritable {
    let text: String
    /// nil if only the service knows it.
    let expiresAt: Timestamp?

    func write(to json: inout JSONWriter) {
        json.object {
            $0.field("token", text)
            $0.field("expires_at", expiresAt)
        }
    }
}
