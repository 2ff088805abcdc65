import Foundation
import Logging
import ServiceLifecycle
import ShippyCore
import ShippyDiscovery
import ShippyOps

/// Registers what listens, once all of it does, and says that the process is ready. In a graceful shutdown it is the first
/// to go: it deregisters, and gives clients a moment to move on before their connections close.
struct Registration: Service {
    let registry: any ServiceRegistry
    let store: any Store
    let listening: Listening
    /// Whether processes on other machines look there.
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
        // Not waited for in the end: an engine that is away may hold it for some seconds.
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

    /// An address says nothing of whose it is: every machine has a 127.0.0.1. So the id is one that no other process chooses.
    private func instance(_ service: ListeningService) -> Instance {
        let address = HostPort(host: advertise ?? service.address.host, port: service.address.port)
        return Instance(
            service: service.name, id: InstanceID.make(service: service.name), address: address.description, protocol: service.protocol,
            version: Version.number, metadata: ["pid": "\(getpid())", "host": Host.name], ttl: ttl.seconds)
    }

    private func warnOfLoopback(_ instances: [Instance]) {
        for instance in instances where (try? HostPort(instance.address))?.isLoopback == true {
            logger.warning(
                "a loopback address is registered, but other machines cannot reach it: set --advertise HOST",
                metadata: [LogKey.service: "\(instance.service)", LogKey.address: "\(instance.address)"])
        }
    }
}

extension Instance {
    /// As it is registered while its store is known by this name; nil while it is not known.
    fileprivate func working(onStore identity: String?) -> Instance {
        var instance = self
        instance.metadata[SameStore.label] = identity
        return instance
    }
}
