package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyEvents

/// The table of all settings, with their names, types, defaults, limits and help.
///
/// Flags, environment variables, contexts, the configuration file, help, man pages, completions, `config show` and errors all use it.
package enum Settings {
    // MARK: Common

    package static let home = Setting(
        "home", .directory, default: .described("$XDG_DATA_HOME/shippy or ~/.local/share/shippy"), isInFile: false, isInContext: true,
        for: EveryCommand.self,
        does: "Set the data directory")

    package static let config = Setting(
        "config", .file, default: .inHome("config.yaml"), isInFile: false, isInContext: true, for: EveryCommand.self,
        does: "Read this configuration file")

    package static let context = Setting(
        "context", .context, default: .described("the current context, except for up and serve"), isInFile: false, for: EveryCommand.self,
        does: "Use the installation of this context; an empty name uses none")

    package static let store = Setting(
        "store", .store, default: .inHome("shippy.db", scheme: "sqlite:"), isSecret: true, isInContext: true, for: EveryCommand.self,
        does: "Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE")

    package static let bus = Setting(
        "bus", .bus, default: .text("embedded"), isSecret: true, isInContext: true, for: EveryCommand.self,
        does: "Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT")

    package static let registry = Setting(
        "registry", .registry, default: .text("embedded"), isSecret: true, isInContext: true, for: EveryCommand.self,
        does: "Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT")

    package static let mailer = Setting(
        "mailer", .mailer, default: .inHome("mail", scheme: "maildir:"), isSecret: true, isInContext: true, for: EveryCommand.self,
        does: "Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT")

    package static let usersAddress = Setting(
        "users-address", .remoteAddress, isInContext: true, for: EveryCommand.self,
        does: "Call the users service at this gRPC address instead of looking it up in the registry")

    package static let notificatorAddress = Setting(
        "notificator-address", .remoteAddress, isInContext: true, for: EveryCommand.self,
        does: "Call the notificator at this gRPC address instead of looking it up in the registry")

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

    // MARK: Access

    package static let tokenFile = Setting(
        "token-file", .file, for: EveryCommand.self,
        does: "Read an access token from the first line of this file; SHIPPY_TOKEN holds the token itself")

    /// Never a flag, whose value other users of the machine could see.
    package static let token = Setting(
        "token", .token, isSecret: true, isInFile: false,
        does: "Use this access token")
    // MARK: TLS

    package static let tlsCertificate = Setting(
        "tls-cert", .file, isInContext: true, for: EveryCommand.self,
        does: "Present the certificate in this PEM file, to clients and to services")

    package static let tlsKey = Setting(
        "tls-key", .file, isInContext: true, for: EveryCommand.self,
        does: "Use the private key in this PEM file for --tls-cert")

    package static let tlsAuthority = Setting(
        "tls-ca", .file, default: .described("the system's authorities"), isInContext: true, for: EveryCommand.self,
        does: "Call only services whose certificates are from the authorities in this PEM file")

    package static let tlsVersion = Setting<LeastTLSVersion>(
        "tls-min-version", .choice("version"), default: .text("1.3"), isInContext: true, for: EveryCommand.self,
        does: "Set the oldest TLS version to allow")

    package static let tlsClientAuthority = Setting(
        "tls-client-ca", .file, for: Serving.self,
        does: "Require clients to present a certificate from the authorities in this PEM file")

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

    package static let publicURL = Setting(
        "public-url", .publicURL, default: .described("the address of --users-http"), for: Serving.self,
        does: "Begin links in mails with this URL, where people reach the users service")

    package static let allowInsecure = Setting(
        "allow-insecure", .flag, default: .text("false"), for: Serving.self,
        does: "Allow addresses that other machines can reach, without encryption")

    package static let registryTTL = Setting(
        "registry-ttl", .duration(atLeast: .seconds(1)), default: .text("10s"), for: Serving.self,
        does: "Remove an instance that has not renewed its registration for this long")

    // MARK: Access

    package static let secretFile = Setting(
        "secret-file", .file, default: .inHome("secret"), for: EveryCommand.self,
        does: "Read the installation's secret from this file; it must be the same on every machine")

    package static let access = Setting<AccessRules.Mode>(
        "access", .choice("mode"), default: .described("local on loopback addresses, otherwise token"), for: Serving.self,
        does: "Demand a token for most calls, or for nearly all")

    package static let signUp = Setting<AccessRules.SignUp>(
        "sign-up", .choice("mode"), default: .described("open with --access local, closed with token"), for: Serving.self,
        does: "Let everyone create users (open), or only operators (closed)")

    package static let sharedKeyFile = Setting(
        "jwt-hs256-key-file", .file, default: .described("no such tokens"), for: Serving.self,
        does: "Also accept and issue the tutorials' tokens, signed with HS256 and the key in this file")

    package static let certificateRoles = Setting(
        "certificate-role",
        .list(of: "name=role", advice: "use NAME=ROLE with the role user, reader, operator or admin") { CertificateRole($0) != nil },
        for: Serving.self,
        does: "Give callers with a certificate of this name a role where they show no token; repeatable")

    package static let announceLogins = Setting(
        "announce-logins", .flag, default: .text("false"), for: Serving.self,
        does: "Publish an event user.logged-in for each login")

    package static let sessionLifetime = Setting(
        "session-lifetime", .duration(atLeast: .seconds(60)), default: .text("30d"), for: Serving.self,
        does: "End a session that has not been used for this long")

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
        does: "Set the encoding of events about users")

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

    // MARK: Access

    package static let auditKeep = Setting(
        "audit-keep", .duration(atLeast: .seconds(60)), default: .text("365d"), for: Serving.self,
        does: "Keep entries of the audit log for this long")

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

    package static let confirmAddresses = Setting(
        "confirm-addresses", .flag, default: .text("false"), for: Serving.self,
        does: "Ask new users in the welcome mail to confirm their address with a link")

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
        does: "Disable all changes in the console")

    package static let probeInterval = Setting(
        "probe-interval", .duration(), default: .text("10s"), for: Browsing.self,
        does: "Probe the instances on the screen at this interval; 0 probes only when p is pressed")

    /// Every row, in the order of help.
    package static let all: [SettingRow] = [
        home.row, config.row, context.row, store.row, bus.row, registry.row, mailer.row, usersAddress.row, notificatorAddress.row, output.row,
        logLevel.row, logFormat.row, color.row, tokenFile.row, token.row,
        tlsCertificate.row, tlsKey.row, tlsAuthority.row, tlsVersion.row, tlsClientAuthority.row,
        usersHTTP.row, usersGRPC.row, notificatorGRPC.row, ops.row, advertise.row, allowedHosts.row, publicURL.row, allowInsecure.row,
        registryTTL.row,
        secretFile.row, access.row, signUp.row, sharedKeyFile.row, certificateRoles.row, announceLogins.row, sessionLifetime.row,
        mailDomain.row, bcryptCost.row,
        storeConnections.row, eventEncoding.row, eventMaxAge.row, eventMaxBytes.row, eventSubjects.row, eventReplicas.row,
        auditKeep.row,
        mailKeep.row, mailFrom.row, templates.row, confirmAddresses.row, mailAttempts.row, mailBackoff.row, mailBackoffMax.row,
        smtpDeadline.row, smtpConnections.row,
        readonly.row, probeInterval.row,
    ]

    package static func taken(by takers: any SettingTakers.Type) -> [SettingRow] {
        all.filter { $0.isTaken(by: takers) }
    }
}
