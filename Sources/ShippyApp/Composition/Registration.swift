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
    let listening: Listening
    /// Whether processes on other machines use the registry.
    let isShared: Bool
    let advertise: String?
    let ttl: Duration
    let home: String
    let health: Health
    let lastWrite: LastWrite
    let drain: Drain
    let logger: Logger
    let announce: @Sendable ([ListeningService]) async -> Void

    private static let grace = Duration.milliseconds(300)

    func run() async throws {
        let services = await cancelWhenGracefulShutdown { await listening.all() }
        guard !services.isEmpty else { return }
        let identity = StoreIdentity(of: store, logger: logger)
        await identity.ask()
        // Cancelled without waiting: a store that is away may block it for some seconds.
        let following = Task { await identity.follow() }
        defer { following.cancel() }
        let instances = services.filter { $0.name != "ops" }.map(instance)
        if isShared { warnOfLoopback(instances) }
        let registrar = Registrar(
            registry: registry, instances: { instances.map { $0.working(onStore: identity.value) } }, lastWrite: lastWrite, logger: logger
        ) {
            health.setServing(true)
            await announce(services)
        }
        try await registrar.run()
        health.setServing(false)
        drain.begin()
        try? await Task.sleep(for: Self.grace)
    }

    /// The ID is random, because an address does not identify a process: every machine has a 127.0.0.1.
    private func instance(_ service: ListeningService) -> Instance {
        let address = HostPort(host: advertise ?? service.address.host, port: service.address.port)
        return Instance(
            service: service.name, id: InstanceID.make(service: service.name), address: address.description, protocol: service.protocol,
            version: Version.number, metadata: ["pid": "\(getpid())", "host": Host.name], ttl: ttl.seconds)
    }

    private func warnOfLoopback(_ instances: [Instance]) {
        for instance in instances where (try? HostPort(instance.address))?.isLoopback == true {
            logger.warning(
                "registered under a loopback address, which other machines cannot reach: set --advertise to this machine's host name or address",
                metadata: [LogKey.service: "\(instance.service)", LogKey.address: "\(instance.address)"])
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
