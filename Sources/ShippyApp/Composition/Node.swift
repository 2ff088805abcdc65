import CoreMetrics
import Foundation
import GRPCCore
import Logging
import ServiceLifecycle
import ShippyAccess
import ShippyConfiguration
import ShippyCore
import ShippyNotificator
import ShippyOps
import ShippyTLS
import ShippyUsers

/// A serving process: services, listeners, registration, health and metrics in one group.
struct Node: Sendable {
    let roles: Set<Role>
    let configuration: Configuration
    let rendering: Rendering
    let errorStyle: Style

    /// Runs until SIGINT, SIGTERM or SIGHUP.
    func run() async throws {
        let descriptors = DescriptorLimit.raise()
        let logger = Logger(label: "shippy")
        let manager = ServiceManager()
        let addresses = try Addresses(configuration, roles: roles)
        try RetentionRule.check(configuration)
        let tls = configuration.tlsCertificate == nil ? nil : try ServerTLS(TLSFiles(configuration), logger: logger)
        let metrics = Prometheus()
        MetricsSystem.bootstrap(metrics)
        let engines = try Engines.open(configuration)
        let secret = try await Access.secret(configuration, store: engines.store, logger: logger)
        let services = try Services(configuration, secret: secret, engines: engines, isOpenToOthers: addresses.isOpenToOthers, logger: logger)
        let gate = services.access.gate
        if addresses.isOpenToOthers { warn(gate.rules, logger) }
        let registryWrites = LastWrite()
        let health = Health(engines: [
            ("store", engines.store, services.storeWrites),
            ("bus", engines.bus, [services.busWrites]), ("registry", engines.registry, [registryWrites]),
            ("access", AccessProbe(state: services.access.state), []),
        ])
        let drain = Drain()
        let shared = ListenerOptions(addresses, descriptors: descriptors, drain: drain, tls: tls)
        let opened = OpenEndpoints(expecting: addresses.count)
        let gauges = Gauges(engines: engines, tls: tls)

        // Shutdown goes from the end of this list: registration first, then the listeners, then the services behind them.
        var group: [any Service] = [
            Maintenance(engines: [engines.store, engines.bus, engines.registry], logger: logger),
            AccessFollower(access: services.access),
            UserIndexer(store: engines.store, logger: logger),
            HTTPListener(
                endpoint: .ops, address: addresses[.ops],
                responder: OpsHTTP(health: health, metrics: metrics, gate: gate, logger: logger) { await gauges.collect() }, shared: shared,
                opened: opened),
        ]
        if let tls { group.append(CertificateWatch(tls)) }
        if let manager, let limit = manager.watchdogLimit {
            group.append(Watchdog(store: engines.store, limit: limit, logger: logger) { manager.tell($0) })
        }
        if roles.contains(.notificator) { group += [services.sender] + services.consumers }
        if roles.contains(.users), let relay = services.relay { group.append(relay) }
        if roles.contains(.notificator) {
            group.append(
                GRPCListener(
                    endpoint: .notificatorGRPC, address: addresses[.notificatorGRPC],
                    services: services.notificatorGRPC(health, logger), shared: shared, opened: opened))
        }
        if roles.contains(.users) {
            group += [
                GRPCListener(
                    endpoint: .usersGRPC, address: addresses[.usersGRPC],
                    services: services.usersGRPC(health, logger), shared: shared, opened: opened),
                HTTPListener(
                    endpoint: .usersHTTP, address: addresses[.usersHTTP],
                    responder: UsersHTTP(
                        users: services.users, access: services.access.service, tutorial: services.tutorialUsers, gate: gate, logger: logger),
                    shared: shared, opened: opened),
            ]
        }
        group.append(
            Registration(
                registry: engines.registry, store: engines.store, opened: opened,
                isShared: configuration.registry != .embedded, advertise: configuration.advertise, ttl: configuration.registryTTL, tls: tls?.mark,
                home: configuration.home,
                health: health, lastWrite: registryWrites, drain: drain, logger: logger,
                announce: { [tls, mailer = roles.contains(.notificator) ? services.mailer.summary : nil] in
                    await announce($0, mailer: mailer, tls: tls, gate.rules, isOpenToOthers: addresses.isOpenToOthers)
                    await manager?.tellReady("ready: \($0.map(\.description).joined(separator: ", "))")
                    // Not awaited, because a hanging engine delays the check.
                    Task {
                        for failure in await health.check().failures { Console.say("shippy: not everything works yet: \(failure)") }
                    }
                }))

        var quiet = Logger(label: "lifecycle")
        quiet.logLevel = .critical
        let serviceGroup = ServiceGroup(services: group, logger: quiet)
        Interruption.shared.whenServing {
            logger.notice("shutting down")
            manager?.tell(.stopping, .status("shutting down"))
            health.setServing(false)
            services.users.beginShutdown()
            Task { await serviceGroup.triggerGracefulShutdown() }
        }
        try await closing({ await close(services, engines) }, after: { try await serviceGroup.run() })
        logger.notice("stopped")
    }

    /// Says what is open to other machines.
    private func warn(_ rules: AccessRules, _ logger: Logger) {
        if configuration.tlsCertificate == nil {
            logger.warning("other machines can connect, and nothing is encrypted: passwords and tokens can be read on their way")
        }
        if rules.mode == .local {
            let calls = rules.signUp == .open ? "the tutorials' calls, for sign-up and for metrics" : "the tutorials' calls and for metrics"
            logger.warning("other machines can connect, and need no token for \(calls)")
        }
        if configuration.publicURL == nil {
            logger.warning(
                "links in mails lead to the address of --users-http, which may not be what people can reach: set --public-url",
                metadata: [LogKey.address: "\(configuration.ownPublicURL)"])
        }
    }

    private func close(_ services: Services, _ engines: Engines) async {
        await services.close()
        await engines.close()
    }

    private func announce(
        _ endpoints: [OpenEndpoint], mailer: String?, tls: ServerTLS?, _ rules: AccessRules, isOpenToOthers: Bool
    ) async {
        StartupPages.release()
        let announcement = Announcement(home: configuration.home, endpoints: endpoints, tls: tls?.mark)
        if rendering.format == .text {
            let command = OwnCommand(
                configuration, executable: OwnCommand.executable, path: ProcessInfo.processInfo.environment["PATH"] ?? "")
            Console.say(
                announcement.banner(
                    style: errorStyle, mailer: mailer, access: rules.summary(isOpenToOthers: isOpenToOthers),
                    request: endpoints.first { $0.endpoint == .usersHTTP }.map { request(to: $0.address, tls, rules, command) },
                    command: command))
        } else {
            // If nobody reads the output, the services run anyway.
            try? await rendering.lines([announcement])
        }
    }

    private func request(to address: HostPort, _ tls: ServerTLS?, _ rules: AccessRules, _ command: OwnCommand) -> TutorialRequest {
        var encryption: TutorialRequest.Encryption?
        if let tls, let certificate = configuration.tlsCertificate, let key = configuration.tlsKey {
            encryption = TutorialRequest.Encryption(
                names: tls.names, isMutual: tls.requiresClientCertificate, certificate: certificate, key: key, authority: configuration.tlsAuthority)
        }
        return TutorialRequest(
            address: address, rules: rules, encryption: encryption,
            acceptedHosts: [configuration.advertise].compactMap { $0 } + configuration.allowedHosts,
            completesNames: configuration.ownMailDomain != nil, command: command)
    }
}
