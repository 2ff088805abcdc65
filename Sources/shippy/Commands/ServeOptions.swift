import ArgumentParser

/// The options of the commands that serve.
struct ServeOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Option(
        name: .customLong("users-http"),
        help: ArgumentHelp("Where the users service listens for HTTP. (default: 127.0.0.1:8081)", valueName: "host:port"))
    var usersHTTP: String?

    @Option(
        name: .customLong("users-grpc"),
        help: ArgumentHelp("Where the users service listens for gRPC. (default: 127.0.0.1:8083)", valueName: "host:port"))
    var usersGRPC: String?

    @Option(
        name: .customLong("notificator-grpc"),
        help: ArgumentHelp("Where the notificator listens for gRPC. (default: 127.0.0.1:8082)", valueName: "host:port"))
    var notificatorGRPC: String?

    @Option(help: ArgumentHelp("Where health and metrics are. (default: 127.0.0.1:8080)", valueName: "host:port"))
    var ops: String?

    @Option(help: ArgumentHelp("The host that is registered, where it is not the one listened on.", valueName: "host"))
    var advertise: String?

    @Option(
        name: .customLong("allowed-host"),
        help: ArgumentHelp(
            "A name by which HTTP clients call this server, besides localhost, the addresses listened on and --advertise; may be given again.",
            valueName: "host"))
    var allowedHosts: [String] = []

    @Flag(help: "Allow addresses that other machines can reach, without credentials or encryption.")
    var allowInsecure = false

    @Option(
        name: .customLong("registry-ttl"), help: ArgumentHelp("How long a registration lasts without renewal. (default: 10s)", valueName: "duration"))
    var registryTTL: String?

    @Option(help: ArgumentHelp("Completes addresses without a domain. (default: localhost)", valueName: "domain"))
    var mailDomain: String?

    @Option(help: ArgumentHelp("The cost of password hashes, from 10. (default: 12)", valueName: "cost"))
    var bcryptCost: Int?

    @Option(help: ArgumentHelp("How user.created is published: json, protobuf or go-micro. (default: json)", valueName: "encoding"))
    var eventEncoding: String?

    @Option(help: ArgumentHelp("How long events are kept. (default: 7d)", valueName: "duration"))
    var eventMaxAge: String?

    @Option(help: ArgumentHelp("How many bytes of events are kept. (default: 4 GiB)", valueName: "bytes"))
    var eventMaxBytes: Int?

    @Option(help: ArgumentHelp("Which subjects NATS keeps, when shippy makes the stream. (default: user.>,dead-letter.>)", valueName: "list"))
    var eventSubjects: String?

    @Option(help: ArgumentHelp("On how many NATS servers, when shippy makes the stream. (default: 1)", valueName: "n"))
    var eventReplicas: Int?

    @Option(help: ArgumentHelp("How many connections to PostgreSQL are used at most. (default: 4)", valueName: "n"))
    var storeConnections: Int?

    @Option(
        help: ArgumentHelp("How long sent mails are remembered, longer than events are kept. (default: 90d)", valueName: "duration"))
    var mailKeep: String?

    @Option(help: ArgumentHelp("The From address of mails. (default: shippy@localhost)", valueName: "address"))
    var mailFrom: String?

    @Option(
        help: ArgumentHelp("Mail templates that take the place of the built-in ones. (default: templates in the data directory)", valueName: "dir"),
        completion: .directory)
    var templates: String?

    @Option(help: ArgumentHelp("How often a mail is tried before it is given up. (default: 12)", valueName: "n"))
    var mailAttempts: Int?

    @Option(help: ArgumentHelp("The wait after a mail's first failure; it doubles from there. (default: 15s)", valueName: "duration"))
    var mailBackoff: String?

    @Option(help: ArgumentHelp("The longest wait between attempts. (default: 6h)", valueName: "duration"))
    var mailBackoffMax: String?

    @Option(help: ArgumentHelp("How long one mail may take over SMTP. (default: 30s)", valueName: "duration"))
    var smtpDeadline: String?

    @Option(help: ArgumentHelp("How many SMTP connections are used at most. (default: 8)", valueName: "n"))
    var smtpConnections: Int?

    /// The values of flags that are read by name.
    var named: [String: String] {
        let values: [String: String?] = [
            "allowed-host": allowedHosts.isEmpty ? nil : allowedHosts.joined(separator: ","), "mail-domain": mailDomain,
            "bcrypt-cost": bcryptCost.map(String.init), "event-encoding": eventEncoding,
            "event-max-age": eventMaxAge, "event-max-bytes": eventMaxBytes.map(String.init),
            "event-subjects": eventSubjects, "event-replicas": eventReplicas.map(String.init),
            "store-connections": storeConnections.map(String.init), "mail-keep": mailKeep, "mail-from": mailFrom,
            "templates": templates, "mail-attempts": mailAttempts.map(String.init), "mail-backoff": mailBackoff,
            "mail-backoff-max": mailBackoffMax, "smtp-deadline": smtpDeadline, "smtp-connections": smtpConnections.map(String.init),
        ]
        return values.compactMapValues { $0 }
    }
}
