import Foundation
import Logging
import ServiceLifecycle
import ShippyCore
import ShippyDiscovery
import ShippyOps

/// Registers the services once all of them listen, and announces that the process is ready. In a graceful shutdown it stops
/// first: it deregisters and gives clients a moment to move on before their connections close.
struct Registration: Service {
    let registry: any ServiceRegistry
    let store: any Store
    let opened: OpenEndpoints
    /// Whether processes on other machines use the registry.
    let isShared: Bool
    let advertise: String?
    let ttl: Duration
    /// See ``Instance/tlsMark``; nil without TLS.
    let tls: String?
    let home: String
    let health: Health
    let lastWrite: LastWrite
    let drain: Drain
    let logger: Logger
    let announce: @Sendable ([OpenEndpoint]) async -> Void

    private static let grace = Duration.milliseconds(300)

    func run() async throws {
        let endpoints = await cancelWhenGracefulShutdown { await opened.all() }
        guard !endpoints.isEmpty else { return }
        let identity = StoreIdentity(of: store, logger: logger)
        await identity.ask()
        // Cancelled without waiting: a store that is away may block it for some seconds.
        let following = Task { await identity.follow() }
        defer { following.cancel() }
        let instances = endpoints.compactMap(instance)
        if isShared { warnOfLoopback(endpoints) }
        let registrar = Registrar(
            registry: registry, instances: { instances.map { $0.working(onStore: identity.value) } }, lastWrite: lastWrite, logger: logger
        ) {
            health.setServing(true)
            await announce(endpoints)
        }
        try await registrar.run()
        health.setServing(false)
        drain.begin()
        try? await Task.sleep(for: Self.grace)
    }

    /// The instance to register for an endpoint; nil if no client looks for it.
    ///
    /// Its ID is random, because an address does not identify a process: every machine has a 127.0.0.1.
    private func instance(_ open: OpenEndpoint) -> Instance? {
        guard let service = open.endpoint.role?.rawValue else { return nil }
        var metadata = ["pid": "\(getpid())", "host": Host.name]
        metadata[Instance.tlsMark] = tls
        return Instance(
            service: service, id: InstanceID.make(service: service), address: advertised(open).description, protocol: open.endpoint.protocol,
            version: Version.number, metadata: metadata, ttl: ttl.seconds)
    }

    private func advertised(_ open: OpenEndpoint) -> HostPort {
        HostPort(host: advertise ?? open.address.host, port: open.address.port)
    }

    private func warnOfLoopback(_ endpoints: [OpenEndpoint]) {
        for open in endpoints where open.endpoint.role != nil && advertised(open).isLoopback {
            logger.warning(
                "registered under a loopback address, which other machines cannot reach: set --advertise to this machine's host name or address",
                metadata: [LogKey.service: "\(open.endpoint.name)", LogKey.address: "\(advertised(open))"])
        }
    }
}

extension Instance {
    /// This instance, with the store's identity in its metadata if that is known.
    fileprivate func working(onStore identity: String?) -> Instance {
        var instance = self
        instance.metadata[SameStore.label] = identity
        return instance
    }
}
