import ArgumentParser
import ShippyConfiguration

struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the users service and the notificator in this process.",
        discussion: """
            Serves until SIGINT, SIGTERM or SIGHUP, then deregisters, finishes what is in flight and ends within 10 seconds. When \
            everything listens and is registered it says so; with -o json, as one line on standard output.

            Mails go to a Maildir in the data directory unless --mailer names an SMTP server. Put its user and password into \
            SHIPPY_MAILER or the configuration file, never into a flag. STARTTLS is required; smtp://localhost:25?tls=none \
            sends without encryption.

            Examples:
              shippy up
              shippy up --users-http 127.0.0.1:0 --ops 127.0.0.1:0 -o json
              SHIPPY_MAILER=smtp://user:password@mail.example.com:587 shippy up
            """)

    @OptionGroup(title: Serving.heading) var serving: Flags<Serving>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        try await serve([.users, .notificator], common, serving)
    }
}
