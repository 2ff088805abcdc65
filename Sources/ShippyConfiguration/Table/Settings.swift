package import Logging
package import ShippyCore
package import ShippyEvents

/// The table of all settings, with their names, types, defaults, limits and help.
///
/// Flags, environment variables, the configuration file, help, man pages, completions, `config show` and errors all use it.
package enum Settings {
    // MARK: Common

    package static let home = Setting(
        "home", .directory, default: .described("$XDG_DATA_HOME/shippy or ~/.local/share/shippy"), isInFile: false, for: EveryCommand.self,
        does: "Set the data directory")

    package static let config = Setting(
        "config", .file, default: .inHome("config.yaml"), isInFile: false, for: EveryCommand.self,
        does: "Read this configuration file")

    package static let store = Setting(
        "store", .store, default: .inHome("shippy.db", scheme: "sqlite:"), isSecret: true, for: EveryCommand.self,
        does: "Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE")

    package static let bus = Setting(
        "bus", .bus, default: .text("embedded"), isSecret: true, for: EveryCommand.self,
        does: "Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT")

    package static let registry = Setting(
        "registry", .registry, default: .text("embedded"), isSecret: true, for: EveryCommand.self,
        does: "Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT")

    package static let mailer = Setting(
        "mailer", .mailer, default: .inHome("mail", scheme: "maildir:"), isSecret: true, for: EveryCommand.self,
        does: "Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT")

    package static let output = Setting<OutputFormat>(
        "output", .choice("format"), letter: "o", default: .text("text"), for: EveryCommand.self,
        does: "Set the output format")

    package static let logLevel = Setting<Logger.Level>(
        "log-level", .choice("level"), default: .described("info for up and serve, otherwise warning"), for: EveryCommand.self,
        does: "Set the lowest level to log")

    package static let logFormat = Setting<LogFormat>(
        "log-format", .choice("format"), default: .text("text"), for: EveryCommand.self,
        does: "Set the log format")

    package static let color = Setting<ColorMode>(
        "color", .choice("when"), default: .text("auto"), for: EveryCommand.self,
        does: "Set when to use colour")

    // MARK: Listening

    package static let usersHTTP = Setting(
        "users-http", .address, default: .text("127.0.0.1:8081"), for: Serving.self,
        does: "Serve the users service over HTTP on this address; port 0 picks a free one")

    package static let usersGRPC = Setting(
        "users-grpc", .address, default: .text("127.0.0.1:8083"), for: Serving.self,
        does: "Serve the users service over gRPC on this address")

    package static let notificatorGRPC = Setting(
        "notificator-grpc", .address, default: .text("127.0.0.1:8082"), for: Serving.self,
        does: "Serve the notificator over gRPC on this address")

    package static let ops = Setting(
        "ops", .address, default: .text("127.0.0.1:8080"), for: Serving.self,
        does: "Serve health checks and metrics over HTTP on this address")

    package static let advertise = Setting(
        "advertise", .text("host"), default: .described("the host of the listen address"), for: Serving.self,
        does: "Register instances under this host name or address")

    package static let allowedHosts = Setting(
        "allowed-host", .list(of: "host", advice: "use host names, separated by commas") { !$0.contains(where: \.isWhitespace) },
        for: Serving.self,
        does: "Also accept HTTP requests for this host name; repeatable")

    package static let allowInsecure = Setting(
        "allow-insecure", .flag, default: .text("false"), for: Serving.self,
        does: "Allow addresses that other machines can reach, without authentication or encryption")

    package static let registryTTL = Setting(
        "registry-ttl", .duration(atLeast: .seconds(1)), default: .text("10s"), for: Serving.self,
        does: "Remove an instance that has not renewed its registration for this long")

    // MARK: Users

    package static let mailDomain = Setting(
        "mail-domain", .text("domain"), default: .described("localhost while the store is embedded"), for: Serving.self, Creating.self,
        does: "Add this domain to an e-mail address without one, so that test becomes test@DOMAIN")

    package static let bcryptCost = Setting(
        "bcrypt-cost", .number(10...20, "cost"), default: .text("12"), for: Serving.self,
        does: "Set the bcrypt cost of password hashes")

    // MARK: Engines

    package static let storeConnections = Setting(
        "store-connections", .number(1...100), default: .text("4"), for: Serving.self,
        does: "Open at most this many connections to PostgreSQL")

    package static let eventEncoding = Setting<EventEncoding>(
        "event-encoding", .choice("encoding"), default: .text("json"), for: Serving.self,
        does: "Set the encoding of user.created events")

    package static let eventMaxAge = Setting(
        "event-max-age", .duration(atLeast: .seconds(1)), default: .text("7d"), for: Serving.self,
        does: "Keep events for this long")

    package static let eventMaxBytes = Setting(
        "event-max-bytes", .bytes(1 << 20...1 << 50), default: .text("4GiB"), for: Serving.self,
        does: "Keep at most this much event data")

    package static let eventSubjects = Setting(
        "event-subjects",
        .list(of: "subject", advice: "use subjects such as user.>, separated by commas") { (try? SubjectFilter($0)) != nil },
        default: .text("user.>,dead-letter.>"), for: Serving.self,
        does: "Create the NATS stream for these subjects")

    package static let eventReplicas = Setting(
        "event-replicas", .number(1...5), default: .text("1"), for: Serving.self,
        does: "Create the NATS stream with this many replicas")

    // MARK: Mail

    package static let mailKeep = Setting(
        "mail-keep", .duration(), default: .text("90d"), for: Serving.self,
        does: "Keep records of sent mails for this long, at least --event-max-age")

    package static let mailFrom = Setting(
        "mail-from", .email, default: .text("shippy@localhost"), for: Serving.self,
        does: "Send mail from this address")

    package static let templates = Setting(
        "templates", .directory, default: .inHome("templates"), for: Serving.self,
        does: "Read mail templates from this directory")

    package static let mailAttempts = Setting(
        "mail-attempts", .number(1...1000), default: .text("12"), for: Serving.self,
        does: "Give up on a mail after this many attempts")

    package static let mailBackoff = Setting(
        "mail-backoff", .duration(), default: .text("15s"), for: Serving.self,
        does: "Wait this long before the first retry of a mail, doubling the wait each time")

    package static let mailBackoffMax = Setting(
        "mail-backoff-max", .duration(), default: .text("6h"), for: Serving.self,
        does: "Wait at most this long between attempts to send a mail")

    package static let smtpDeadline = Setting(
        "smtp-deadline", .duration(atLeast: .milliseconds(100)), default: .text("30s"), for: Serving.self,
        does: "Give an SMTP server this long to accept a message")

    package static let smtpConnections = Setting(
        "smtp-connections", .number(1...64), default: .text("8"), for: Serving.self,
        does: "Open at most this many SMTP connections")

    // MARK: Panel

    package static let readonly = Setting(
        "readonly", .flag, default: .text("false"), for: Browsing.self,
        does: "Disable deregistering in the panel")

    package static let probeInterval = Setting(
        "probe-interval", .duration(), default: .text("10s"), for: Browsing.self,
        does: "Probe the instances on the screen at this interval; 0 probes only when p is pressed")

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
