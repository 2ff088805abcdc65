package import Logging
package import ShippyCore
package import ShippyEvents

/// All settings, parsed and checked. Code below the commands never sees their text.
package struct Configuration: Sendable {
    /// The data directory, as an absolute path.
    package let home: String

    package let store: StoreURL
    package let bus: BusURL
    package let registry: RegistryURL
    package let mailer: MailerURL

    package let output: OutputFormat
    /// nil if not set.
    package let logLevel: Logger.Level?
    package let logFormat: LogFormat
    package let color: ColorMode

    package let usersHTTP: HostPort
    package let usersGRPC: HostPort
    package let notificatorGRPC: HostPort
    package let ops: HostPort
    /// nil registers the host of the listen address.
    package let advertise: String?
    package let allowedHosts: [String]
    package let allowInsecure: Bool
    package let registryTTL: Duration

    /// nil if not set; see ``ownMailDomain``.
    package let mailDomain: String?
    package let bcryptCost: Int

    package let storeConnections: Int
    package let eventEncoding: EventEncoding
    package let eventMaxAge: Duration
    package let eventMaxBytes: Int64
    package let eventSubjects: [String]
    package let eventReplicas: Int

    package let mailKeep: Duration
    package let mailFrom: EmailAddress
    /// nil for the directory in the data directory.
    package let templates: String?
    package let mailAttempts: Int
    package let mailBackoff: Backoff
    package let smtpDeadline: Duration
    package let smtpConnections: Int

    package let isReadOnly: Bool
    package let probeInterval: Duration

    /// The sources of all values.
    package let sources: SettingSources

    /// - Throws: ``ShippyError`` `.usage` for the first problem.
    package init(_ sources: SettingSources) throws {
        if let problem = sources.problems().first { throw problem }
        self.sources = sources
        home = sources.home.text
        store = try sources.value(Settings.store)
        bus = try sources.value(Settings.bus)
        registry = try sources.value(Settings.registry)
        mailer = try sources.value(Settings.mailer)
        output = try sources.value(Settings.output)
        logLevel = try sources.given(Settings.logLevel)
        logFormat = try sources.value(Settings.logFormat)
        color = try sources.value(Settings.color)
        usersHTTP = try sources.value(Settings.usersHTTP)
        usersGRPC = try sources.value(Settings.usersGRPC)
        notificatorGRPC = try sources.value(Settings.notificatorGRPC)
        ops = try sources.value(Settings.ops)
        advertise = try sources.given(Settings.advertise)
        allowedHosts = try sources.given(Settings.allowedHosts) ?? []
        allowInsecure = try sources.value(Settings.allowInsecure)
        registryTTL = try sources.value(Settings.registryTTL)
        mailDomain = try sources.given(Settings.mailDomain)
        bcryptCost = try sources.value(Settings.bcryptCost)
        storeConnections = try sources.value(Settings.storeConnections)
        eventEncoding = try sources.value(Settings.eventEncoding)
        eventMaxAge = try sources.value(Settings.eventMaxAge)
        eventMaxBytes = try sources.value(Settings.eventMaxBytes)
        eventSubjects = try sources.value(Settings.eventSubjects)
        eventReplicas = try sources.value(Settings.eventReplicas)
        mailKeep = try sources.value(Settings.mailKeep)
        mailFrom = try sources.value(Settings.mailFrom)
        templates = try sources.given(Settings.templates)
        mailAttempts = try sources.value(Settings.mailAttempts)
        mailBackoff = Backoff(base: try sources.value(Settings.mailBackoff), cap: try sources.value(Settings.mailBackoffMax))
        smtpDeadline = try sources.value(Settings.smtpDeadline)
        smtpConnections = try sources.value(Settings.smtpConnections)
        isReadOnly = try sources.value(Settings.readonly)
        probeInterval = try sources.value(Settings.probeInterval)
    }

    /// The domain that a users service adds to a name without one; nil rejects such a name.
    package var ownMailDomain: String? { mailDomain ?? (store.isEmbedded ? "localhost" : nil) }

    /// Whether all engines are embedded, so that a command may run the services in its own process.
    package var isEmbedded: Bool { store.isEmbedded && bus == .embedded && registry == .embedded }

    /// An error about a value that can be parsed but is not acceptable.
    ///
    /// - Parameter message: makes the message, given the setting's name as it was written.
    package func fault<Value>(_ setting: Setting<Value>, _ message: (_ name: String) -> String) -> ShippyError {
        (sources.given(setting.row)?.origin ?? .standard).fault(setting.row, message)
    }
}
