import ArgumentParser
import Logging
import NIOPosix
import ShippyCore

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the users service and the notificator in this process.",
        discussion: """
            Serves until SIGINT, SIGTERM or SIGHUP: then it deregisters, finishes what is in flight, and ends within 10 seconds. \
            When all of it listens and is registered it says so, with -o json as one line on standard output.

            Mails go into a Maildir in the data directory unless --mailer names an SMTP server. A user and password for it \
            belong into SHIPPY_MAILER or the configuration file: smtp://user:password@mail.example.com:587. STARTTLS is \
            required; smtp://localhost:25?tls=none sends without encryption.
            """)

    @OptionGroup var options: ServeOptions

    func run() async throws {
        try await serve([.users, .notificator], options)
    }
}

/// Serves `roles` until a signal.
func serve(_ roles: Set<Role>, _ options: ServeOptions) async throws {
    let context = try await CommandContext.load(options.global, logLevel: .info)
    let node = Node(
        roles: roles, options: options, settings: context.settings.overriding(options.named), rendering: context.rendering,
        errorStyle: context.errorStyle)
    try await withTaskExecutorPreference(EventLoopExecutor(group: MultiThreadedEventLoopGroup.singleton)) {
        try await node.run()
    }
}
