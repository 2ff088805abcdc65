import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a token, so that it is refused within seconds.",
        usage: "shippy token revoke [<options>] <id>",
        discussion: """
            Examples:
              shippy token revoke 01a1fc02-23c5-7002-b642-b33377b8893b
            """)

    @Argument(help: "The token's ID, or its first characters; never the token itself.")
    var id: String

    @OptionGroup var protection: Protection
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        try await context.withAccess { access in
            let id = try await access.tokenID(typed: id)
            try await protection.ask(context, "Revoke token \(id)", otherwise: "no token was revoked")
            let revoked = try await Revoked.token(id, access, requestID: context.requestID)
            try await context.rendering.value(revoked, fields: revoked.fields)
        }
    }
}
