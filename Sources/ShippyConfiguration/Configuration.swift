package import Logging
package import ShippyAccess
package import ShippyCore
package import ShippyEvents

/// All settings, parsed and checked. Code below the commands never sees their text.
package struct Configuration: Sendable {
    /// The data directory, as an absolute path.
    package let home: String

    /// The context in effect; nil for none.
    package let context: SelectedContext?

    package let store: StoreURL
    package let bus: BusURL
    package let registry: RegistryURL
    package let mailer: MailerURL
    /// Where to call the services; nil looks them up in the registry.
    package let usersAddress: HostPort?
    package let notificatorAddress: HostPort?

    package let output: OutputFormat
    /// nil if not set.
    package let logLevel: Logger.Level?
    package let logFormat: LogFormat
    package let color: ColorMode

    /// nil if not set.
    package let tokenFile: String?
    /// nil if not set.
    package let token: GivenToken?
    /// nil without TLS. Set together with ``tlsKey``.
    package let tlsCertificate: String?
    package let tlsKey: String?
    /// nil for the system's authorities.
    package let tlsAuthority: String?
    package let tlsVersion: LeastTLSVersion
    /// nil if clients need no certificate.
    package let tlsClientAuthority: String?

    package let usersHTTP: HostPort
    package let usersGRPC: HostPort
    package let notificatorGRPC: HostPort
    package let ops: HostPort
    /// nil registers the host of the listen address.
    package let advertise: String?
    package let allowedHosts: [String]
    /// nil if not set; see ``ownPublicURL``.
    package let publicURL: PublicURL?
    package let allowInsecure: Bool
    package let registryTTL: Duration

    /// nil for the file in the data directory.
    package let secretFile: String?
    /// nil if not set.
    package let access: AccessRules.Mode?
    package let signUp: AccessRules.SignUp?
    /// nil without tokens of HS256.
    package let sharedKeyFile: String?
    package let certificateRoles: [CertificateRole]
    package let announcesLogins: Bool
    package let sessionLifetime: Duration

    /// nil if not set; see ``ownMailDomain``.
    package let mailDomain: String?
    package let bcryptCost: Int

    package let storeConnections: Int
    package let eventEncoding: EventEncoding
    package let eventMaxAge: Duration
    package let eventMaxBytes: Int64
    package let eventSubjects: [String]
    package let eventReplicas: Int

    package let auditKeep: Duration

    package let mailKeep: Duration
    package let mailFrom: EmailAddress
    /// nil for the directory in the data directory.
    package let templates: String?
    package let confirmsAddresses: Bool
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
        context = sources.context
        store = try sources.value(Settings.store)
        bus = try sources.value(Settings.bus)
        registry = try sources.value(Settings.registry)
        mailer = try sources.value(Settings.mailer)
        usersAddress = try sources.given(Settings.usersAddress)
        notificatorAddress = try sources.given(Settings.notificatorAddress)
        output = try sources.value(Settings.output)
        logLevel = try sources.given(Settings.logLevel)
        logFormat = try sources.value(Settings.logFormat)
        color = try sources.value(Settings.color)
        tokenFile = try sources.given(Settings.tokenFile)
        token = try sources.given(Settings.token)
        tlsCertificate = try sources.given(Settings.tlsCertificate)
        tlsKey = try sources.given(Settings.tlsKey)
        tlsAuthority = try sources.given(Settings.tlsAuthority)
        tlsVersion = try sources.value(Settings.tlsVersion)
        tlsClientAuthority = try sources.given(Settings.tlsClientAuthority)
        usersHTTP = try sources.value(Settings.usersHTTP)
        usersGRPC = try sources.value(Settings.usersGRPC)
        notificatorGRPC = try sources.value(Settings.notificatorGRPC)
        ops = try sources.value(Settings.ops)
        advertise = try sources.given(Settings.advertise)
        allowedHosts = try sources.given(Settings.allowedHosts) ?? []
        publicURL = try sources.given(Settings.publicURL)
        allowInsecure = try sources.value(Settings.allowInsecure)
        registryTTL = try sources.value(Settings.registryTTL)
        secretFile = try sources.given(Settings.secretFile)
        access = try sources.given(Settings.access)
        signUp = try sources.given(Settings.signUp)
        sharedKeyFile = try sources.given(Settings.sharedKeyFile)
        certificateRoles = try (sources.given(Settings.certificateRoles) ?? []).compactMap(CertificateRole.init)
        announcesLogins = try sources.value(Settings.announceLogins)
        sessionLifetime = try sources.value(Settings.sessionLifetime)
        mailDomain = try sources.given(Settings.mailDomain)
        bcryptCost = try sources.value(Settings.bcryptCost)
        storeConnections = try sources.value(Settings.storeConnections)
        eventEncoding = try sources.value(Settings.eventEncoding)
        eventMaxAge = try sources.value(Settings.eventMaxAge)
        eventMaxBytes = try sources.value(Settings.eventMaxBytes)
        eventSubjects = try sources.value(Settings.eventSubjects)
        eventReplicas = try sources.value(Settings.eventReplicas)
        auditKeep = try sources.value(Settings.auditKeep)
        mailKeep = try sources.value(Settings.mailKeep)
        mailFrom = try sources.value(Settings.mailFrom)
        templates = try sources.given(Settings.templates)
        confirmsAddresses = try sources.value(Settings.confirmAddresses)
        mailAttempts = try sources.value(Settings.mailAttempts)
        mailBackoff = Backoff(base: try sources.value(Settings.mailBackoff), cap: try sources.value(Settings.mailBackoffMax))
        smtpDeadline = try sources.value(Settings.smtpDeadline)
        smtpConnections = try sources.value(Settings.smtpConnections)
        isReadOnly = try sources.value(Settings.readonly)
        probeInterval = try sources.value(Settings.probeInterval)
        try checkTLS()
    }

    /// - Throws: ``ShippyError`` `.usage` for a certificate without its key, or the other way round.
    private func checkTLS() throws {
        if tlsCertificate != nil, tlsKey == nil { throw fault(Settings.tlsCertificate) { "\($0) needs its private key: set tls-key, too" } }
        if tlsKey != nil, tlsCertificate == nil { throw fault(Settings.tlsKey) { "\($0) needs its certificate: set tls-cert, too" } }
        if tlsClientAuthority != nil, tlsCertificate == nil {
            throw fault(Settings.tlsClientAuthority) { "\($0) needs a certificate of this server: set tls-cert and tls-key, too" }
        }
    }

    /// The domain that a users service adds to a name without one; nil rejects such a name.
    package var ownMailDomain: String? { mailDomain ?? (store.isEmbedded ? "localhost" : nil) }

    /// What links in mails begin with: unless it is set, the address on which a users service of this configuration listens.
    package var ownPublicURL: PublicURL {
        publicURL
            ?? PublicURL(
                scheme: tlsCertificate == nil ? "http" : "https", HostPort(host: advertise ?? usersHTTP.host, port: usersHTTP.port))
    }

    /// Who may call a serving process.
    /// - Parameter isOpenToOthers: whether other machines can reach one of its addresses.
    package func accessRules(isOpenToOthers: Bool) -> AccessRules {
        let mode = access ?? (isOpenToOthers ? .token : .local)
        return AccessRules(mode: mode, signUp: signUp ?? (mode == .local ? .open : .closed))
    }

    /// Whether all engines are embedded, so that a command may run the services in its own process.
    package var isEmbedded: Bool { store.isEmbedded && bus == .embedded && registry == .embedded }

    /// Where the services are that a command calls: the address that is given, the data directory, or the engines.
    package var servicesPlace: String { usersAddress?.description ?? (isEmbedded ? home : "\(store.place) \(registry.place)") }

    /// The file of the installation's secret.
    package var secretPath: String { secretFile ?? "\(home)/secret" }

    /// Whether a command calls only services of its own data directory, which know the secret in it.
    package var callsOwnServices: Bool { registry == .embedded && usersAddress == nil && notificatorAddress == nil }

    /// What the command's credentials are kept for.
    package var credentialsHolder: CredentialsHolder { context.map { .context($0.name) } ?? .home(home) }

    /// An error about a value that can be parsed but is not acceptable.
    ///
    /// - Parameter message: makes the message, given the setting's name as it was written.
    package func fault<Value>(_ setting: Setting<Value>, _ message: (_ name: String) -> String) -> ShippyError {
        (sources.given(setting.row)?.origin ?? .standard).fault(setting.row, message)
    }
}
