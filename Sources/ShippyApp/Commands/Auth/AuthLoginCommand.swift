import ArgumentParser
import Foundation
import ShippyConfiguration
import ShippyCore

struct AuthLoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login",
        abstract: "Log in, and store the login for later commands.",
        usage: "shippy auth login [<options>] [<email>]",
        discussion: """
            Prompts for the password, unless an option says where it comes from. The login is stored in a file that only you can \
            read. It ends when it has not been used for a while, when it is revoked, and with `shippy auth logout`.

            Examples:
              shippy auth login ada@example.com
              shippy auth login ada@example.com --password-file password.txt -o json
            """)

    @Argument(help: "Your e-mail address. (default: a prompt)", completion: .custom(Completion.emails))
    var email: String?

    @OptionGroup var password: PasswordOptions
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let given =
            if let email { email } else {
                try await TerminalQuestion(text: "E-mail: ", advice: "give the e-mail address as an argument").ask()
            }
        let email = try RequestedEmail(given, domain: context.configuration.mailDomain).text
        let password = try await password.require(isNew: false)
        try await context.withUsersAccess { access in
            try await access.credentials.logIn(email: email, password: password, requestID: context.requestID, access: access.access)
            let source = try await access.credentials.givenSource()
            if let source {
                Console.say("shippy: later commands use the token in \(source) nevertheless: it comes before a login")
            }
            let status = try await AuthStatus.ofLogin(access.credentials, source == nil ? access.access : nil, context.configuration)
            try await context.rendering.value(status, fields: status.fields)
        }
    }
}
