package import Logging
import ServiceLifecycle
package import ShippyCore

/// Keeps instances registered as long as it runs, whatever happens to their leases, and takes them out as the first thing
/// of a graceful shutdown.
package struct Registrar: Service {
    private let registry: any ServiceRegistry
    private let instances: [Instance]
    private let logger: Logger
    private let onRegistered: @Sendable () async -> Void

    /// - Parameter onRegistered: called once, when all instances are registered for the first time.
    package init(
        registry: any ServiceRegistry, instances: [Instance], logger: Logger, onRegistered: @escaping @Sendable () async -> Void
    ) {
        self.registry = registry
        self.instances = instances
        self.logger = logger
        self.onRegistered = onRegistered
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await keepRegistered()
        }
        await deregister()
    }

    private func keepRegistered() async {
        var leases: [Instance.Key: RegistryLease] = [:]
        var wasComplete = false
        var failures = 0
        let renewal = Duration.seconds((instances.map(\.ttl).min() ?? 10) / 3)
        while !Task.isCancelled {
            do {
                for instance in instances {
                    if let lease = leases[instance.key] {
                        if try await registry.keepAlive(lease) { continue }
                        leases[instance.key] = nil
                        logger.warning("lease lost, registering again", metadata: Self.metadata(instance))
                    }
                    leases[instance.key] = try await registry.register(instance)
                    logger.debug("registered", metadata: Self.metadata(instance))
                }
                if failures > 0 { logger.notice("registry is back") }
                failures = 0
                if !wasComplete {
                    wasComplete = true
                    await onRegistered()
                }
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                if failures == 1 {
                    logger.warning("registry cannot be reached, trying again", metadata: [LogKey.error: "\(error)"])
                }
            }
            let pause = failures == 0 ? renewal : min(renewal, Backoff(base: .milliseconds(200), cap: .seconds(5)).delay(attempt: failures))
            try? await Task.sleep(for: pause)
        }
    }

    private func deregister() async {
        for instance in instances {
            do {
                _ = try await registry.deregister(instance.key)
                logger.debug("deregistered", metadata: Self.metadata(instance))
            } catch {
                // The lease runs out by itself.
                logger.warning("cannot deregister", metadata: Self.metadata(instance).merging([LogKey.error: "\(error)"]) { $1 })
            }
        }
    }

    private static func metadata(_ instance: Instance) -> Logger.Metadata {
        [LogKey.service: "\(instance.service)", LogKey.instance: "\(instance.id)", LogKey.address: "\(instance.address)"]
    }
}
