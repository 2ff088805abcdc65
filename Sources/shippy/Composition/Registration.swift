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
        let store = await storeIdentity()
        let instances = services.filter { $0.name != "ops" }.map { instance($0, store: store) }
        if isShared { warnOfLoopback(instances) }
        let registrar = Registrar(registry: registry, instances: instances, lastWrite: lastWrite, logger: logger) {
            health.setServing(true)
            await announce(services)
        }
        try await registrar.run()
        health.setServing(false)
        drain.begin()
        try? await Task.sleep(for: Self.grace)
    }

    /// Which store the services work on, for clients to compare; nil while it cannot be reached.
    private func storeIdentity() async -> String? {
        do {
            return try await store.identity()
        } catch {
            logger.warning("cannot ask the store for its identity: clients cannot compare it with theirs", metadata: [LogKey.error: "\(error)"])
            return nil
        }
    }

    /// An address says nothing of whose it is: every machine has a 127.0.0.1. So the id is one that no other process chooses.
    private func instance(_ service: ListeningService, store: String?) -> Instance {
        let address = HostPort(host: advertise ?? service.address.host, port: service.address.port)
        var metadata = ["pid": "\(getpid())", "host": Host.name]
        metadata[SameStore.label] = store
        return Instance(
            service: service.name, id: InstanceID.make(service: service.name), address: address.description, protocol: service.protocol,
            version: Version.number, metadata: metadata, ttl: ttl.seconds)
    }

    private func warnOfLoopback(_ instances: [Instance]) {
        for instance in instances where (try? HostPort(instance.address))?.isLoopback == true {
            logger.warning(
                "other machines share this registry, and cannot reach an address of this machine's own: name one that they can, with --advertise HOST",
                metadata: [LogKey.service: "\(instance.service)", LogKey.address: "\(instance.address)"])
        }
    }
}
