import ArgumentParser

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory.", valueName: "dir"), completion: .directory)
    var home: String?

    @Option(help: ArgumentHelp("The configuration file. (default: config.yaml in the data directory)", valueName: "file"), completion: .file())
    var config: String?

    @Option(help: ArgumentHelp("Where users, outbox and mails are kept: sqlite:PATH or postgres://USER@HOST/DATABASE.", valueName: "url"))
    var store: String?

    @Option(help: ArgumentHelp("Where events go: embedded, nats://HOST:PORT or tls://HOST:PORT.", valueName: "url"))
    var bus: String?

    @Option(help: ArgumentHelp("Where instances are registered: embedded, etcd://HOST:PORT or etcds://HOST:PORT.", valueName: "url"))
    var registry: String?

    @Option(help: ArgumentHelp("Where mails go: maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT.", valueName: "url"))
    var mailer: String?

    @Option(name: .shortAndLong, help: "How data is written. (default: text)")
    var output: OutputFormat?

    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?

    @Option(help: "How the log is written. (default: text)")
    var logFormat: LogFormat?

    @Option(help: "When to use colour. (default: auto)")
    var color: ColorMode?
}
