import Foundation
import Logging
import ServiceLifecycle
import ShippyCore
import ShippyOps
import ShippyRegistry

/// Registers what listens, once all of it does, and says that the process is ready. In a graceful shutdown it is the first
/// to go: it deregisters, and gives clients a moment to move on before their connections close.
struct Registration: Service {
    let registry: any ServiceRegistry
    let listening: Listening
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
        let registrar = Registrar(
            registry: registry, instances: services.filter { $0.name != "ops" }.map(instance), lastWrite: lastWrite, logger: logger
        ) {
            health.setServing(true)
            await announce(services)
        }
        try await registrar.run()
        health.setServing(false)
        drain.begin()
        try? await Task.sleep(for: Self.grace)
    }

    private func instance(_ service: ListeningService) -> Instance {
        let address = HostPort(host: advertise ?? service.address.host, port: service.address.port)
        return Instance(
            service: service.name, id: address.description, address: address.description, protocol: service.protocol,
            version: Version.number, metadata: ["pid": "\(getpid())", "host": Host.name], ttl: ttl.seconds)
    }
}

enum Host {
    static let name = ProcessInfo.processInfo.hostName
}
