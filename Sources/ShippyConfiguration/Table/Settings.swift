package import Logging
package import ShippyCore
package import ShippyEvents

/// The table of all settings: the one place of their names, types, defaults, limits and help.
///
/// Flags, environment, configuration file, help, man pages, completions, `config show` and errors are made from it.
package enum Settings {
    // MARK: Common

    package static let home = Setting(
        "home", .directory, default: .described("$XDG_DATA_HOME/shippy or ~/.local/share/shippy"), isInFile: false, for: EveryCommand.self,
        does: "Keep data in this directory")

    package static let config = Setting(
        "config", .file, default: .inHome("config.yaml"), isInFile: false, for: EveryCommand.self,
        does: "Read this configuration file")

    package static let store = Setting(
        "store", .store, default: .inHome("shippy.db", scheme: "sqlite:"), isSecret: true, for: EveryCommand.self,
        does: "Keep users and mails in sqlite:PATH or postgres://USER@HOST/DATABASE")

    package static let bus = Setting(
        "bus", .bus, default: .text("embedded"), isSecret: true, for: EveryCommand.self,
        does: "Publish events to embedded, nats://HOST:PORT or tls://HOST:PORT")

    package static let registry = Setting(
        "registry", .registry, default: .text("embedded"), isSecret: true, for: EveryCommand.self,
        does: "Register instances in embedded, etcd://HOST:PORT or etcds://HOST:PORT")

    package static let mailer = Setting(
        "mailer", .mailer, default: .inHome("mail", scheme: "maildir:"), isSecret: true, for: EveryCommand.self,
        does: "Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT")

    package static let output = Setting<OutputFormat>(
        "output", .choice("format"), letter: "o", default: .text("text"), for: EveryCommand.self,
        does: "Set the format of data")

    package static let logLevel = Setting<Logger.Level>(
        "log-level", .choice("level"), default: .described("info for up and serve, otherwise warning"), for: EveryCommand.self,
        does: "Set the lowest level that is logged")

    package static let logFormat = Setting<LogFormat>(
        "log-format", .choice("format"), default: .text("text"), for: EveryCommand.self,
        does: "Set the format of the log")

    package static let color = Setting<ColorMode>(
        "color", .choice("when"), default: .text("auto"), for: EveryCommand.self,
        does: "Set when to use colour")

    // MARK: Listening

    package static let usersHTTP = Setting(
        "users-http", .address, default: .text("127.0.0.1:8081"), for: Serving.self,
        does: "Listen here for HTTP to the users service; port 0 picks a free one")

    package static let usersGRPC = Setting(
        "users-grpc", .address, default: .text("127.0.0.1:8083"), for: Serving.self,
        does: "Listen here for gRPC to the users service")

    package static let notificatorGRPC = Setting(
        "notificator-grpc", .address, default: .text("127.0.0.1:8082"), for: Serving.self,
        does: "Listen here for gRPC to the notificator")

    package static let ops = Setting(
        "ops", .address, default: .text("127.0.0.1:8080"), for: Serving.self,
        does: "Listen here for health checks and metrics")

    package static let advertise = Setting(
        "advertise", .text("host"), default: .described("the host listened on"), for: Serving.self,
        does: "Register instances under this host")

    package static let allowedHosts = Setting(
        "allowed-host", .list(of: "host", advice: "use host names, separated by commas") { !$0.contains(where: \.isWhitespace) },
        for: Serving.self,
        does: "Accept HTTP requests to this host name too; repeatable")

    package static let allowInsecure = Setting(
        "allow-insecure", .flag, default: .text("false"), for: Serving.self,
        does: "Listen on addresses that other machines can reach, without credentials or encryption")

    package static let registryTTL = Setting(
        "registry-ttl", .duration(atLeast: .seconds(1)), default: .text("10s"), for: Serving.self,
        does: "Let a registration expire when it is not renewed for this long")

    // MARK: Users

    package static let mailDomain = Setting(
        "mail-domain", .text("domain"), default: .described("localhost while the store is embedded"), for: Serving.self, Creating.self,
        does: "Complete a name without a domain to an e-mail address with this one")

    package static let bcryptCost = Setting(
        "bcrypt-cost", .number(10...20, "cost"), default: .text("12"), for: Serving.self,
        does: "Set the cost of password hashes")

    // MARK: Engines

    package static let storeConnections = Setting(
        "store-connections", .number(1...100), default: .text("4"), for: Serving.self,
        does: "Open at most this many connections to PostgreSQL")

    package static let eventEncoding = Setting<EventEncoding>(
        "event-encoding", .choice("encoding"), default: .text("json"), for: Serving.self,
        does: "Set the encoding of user.created")

    package static let eventMaxAge = Setting(
        "event-max-age", .duration(atLeast: .seconds(1)), default: .text("7d"), for: Serving.self,
        does: "Keep events for this long")

    package static let eventMaxBytes = Setting(
        "event-max-bytes", .bytes(1 << 20...1 << 50), default: .text("4GiB"), for: Serving.self,
        does: "Keep this many bytes of events")

    package static let eventSubjects = Setting(
        "event-subjects",
        .list(of: "subject", advice: "use subjects such as user.>, separated by commas") { (try? SubjectFilter($0)) != nil },
        default: .text("user.>,dead-letter.>"), for: Serving.self,
        does: "Create the NATS stream for these subjects")

    package static let eventReplicas = Setting(
        "event-replicas", .number(1...5), default: .text("1"), for: Serving.self,
        does: "Create the NATS stream on this many servers")

    // MARK: Mail

    package static let mailKeep = Setting(
        "mail-keep", .duration(), default: .text("90d"), for: Serving.self,
        does: "Remember sent mails for this long, longer than --event-max-age")

    package static let mailFrom = Setting(
        "mail-from", .email, default: .text("shippy@localhost"), for: Serving.self,
        does: "Send mail from this address")

    package static let templates = Setting(
        "templates", .directory, default: .inHome("templates"), for: Serving.self,
        does: "Read mail templates from this directory")

    package static let mailAttempts = Setting(
        "mail-attempts", .number(1...1000), default: .text("12"), for: Serving.self,
        does: "Give a mail up after this many attempts")

    package static let mailBackoff = Setting(
        "mail-backoff", .duration(), default: .text("15s"), for: Serving.self,
        does: "Wait this long after the first failure of a mail, then twice as long each time")

    package static let mailBackoffMax = Setting(
        "mail-backoff-max", .duration(), default: .text("6h"), for: Serving.self,
        does: "Wait at most this long between attempts")

    package static let smtpDeadline = Setting(
        "smtp-deadline", .duration(atLeast: .milliseconds(100)), default: .text("30s"), for: Serving.self,
        does: "Give an SMTP server this long to take a message")

    package static let smtpConnections = Setting(
        "smtp-connections", .number(1...64), default: .text("8"), for: Serving.self,
        does: "Open at most this many SMTP connections")

    // MARK: Panel

    package static let readonly = Setting(
        "readonly", .flag, default: .text("false"), for: Browsing.self,
        does: "Refuse to deregister instances")

    package static let probeInterval = Setting(
        "probe-interval", .duration(), default: .text("10s"), for: Browsing.self,
        does: "Probe the instances on the screen this often; 0 probes only when asked")

    /// Every row, in the order of help.
    package static let all: [SettingRow] = [
        home.row, config.row, store.row, bus.row, registry.row, mailer.row, output.row, logLevel.row, logFormat.row, color.row,
        usersHTTP.row, usersGRPC.row, notificatorGRPC.row, ops.row, advertise.row, allowedHosts.row, allowInsecure.row, registryTTL.row,
        mailDomain.row, bcryptCost.row,
        storeConnections.row, eventEncoding.row, eventMaxAge.row, eventMaxBytes.row, eventSubjects.row, eventReplicas.row,
        mailKeep.row, mailFrom.row, templates.row, mailAttempts.row, mailBackoff.row, mailBackoffMax.row, smtpDeadline.row, smtpConnections.row,
        readonly.row, probeInterval.row,
    ]

    package static func taken(by takers: any SettingTakers.Type) -> [SettingRow] {
        all.filter { $0.isTaken(by: takers) }
    }
}
