package import Logging
import ServiceLifecycle
package import ShippyCore

/// Keeps instances registered while it runs, even if their leases are lost, and deregisters them at the beginning of a graceful
/// shutdown.
package struct Registrar: Service {
    private let registry: any ServiceRegistry
    private let instances: @Sendable () -> [Instance]
    private let lastWrite: LastWrite
    private let logger: Logger
    private let pause: @Sendable (Duration) async throws -> Void
    private let onRegistered: @Sendable () async -> Void

    /// - Parameters:
    ///   - instances: returns the instances to register, always with the same keys. Called before each renewal. If they have
    ///     changed, they are registered again.
    ///   - pause: waits for a duration.
    ///   - onRegistered: called once, when all instances are registered for the first time.
    package init(
        registry: any ServiceRegistry, instances: @escaping @Sendable () -> [Instance], lastWrite: LastWrite = LastWrite(), logger: Logger,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        onRegistered: @escaping @Sendable () async -> Void
    ) {
        self.registry = registry
        self.instances = instances
        self.lastWrite = lastWrite
        self.logger = logger
        self.pause = pause
        self.onRegistered = onRegistered
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await keepRegistered()
        }
        await deregister()
    }

    private func keepRegistered() async {
        var lease: RegistryLease?
        var wasComplete = false
        var outage = Outage(base: .milliseconds(200), cap: .seconds(5))
        let renewal = Duration.seconds((instances().map(\.ttl).min() ?? 10) / 3)
        while !Task.isCancelled {
            do {
                let instances = instances()
                if lease?.instances != instances {
                    // Registering again moves all keys to a new lease; the old one expires empty.
                    lease = nil
                } else if let held = lease, try await !lastWrite.observe({ try await registry.keepAlive(held) }) {
                    lease = nil
                    log(.warning, "lease lost, registering again", instances)
                }
                if lease == nil {
                    lease = try await lastWrite.observe { try await registry.register(instances) }
                    log(.debug, "registered", instances)
                }
                if outage.end() { logger.notice("registry works again") }
                if !wasComplete {
                    wasComplete = true
                    await onRegistered()
                }
            } catch is CancellationError {
                return
            } catch {
                if outage.fail() { logger.warning("cannot reach the registry, retrying", metadata: [LogKey.error: "\(error)"]) }
            }
            // Fails only on cancellation, which the loop checks.
            try? await pause(outage.failures == 0 ? renewal : min(renewal, outage.pause))
        }
    }

    private func deregister() async {
        for instance in instances() {
            do {
                _ = try await registry.deregister(instance.key)
                logger.debug("deregistered", metadata: Self.metadata(instance))
            } catch {
                // The lease expires anyway.
                logger.warning("cannot deregister", metadata: Self.metadata(instance).merging([LogKey.error: "\(error)"]) { $1 })
            }
        }
    }

    /// Logs one line per instance, so that each can be searched for.
    private func log(_ level: Logger.Level, _ message: Logger.Message, _ instances: [Instance]) {
        for instance in instances { logger.log(level: level, message, metadata: Self.metadata(instance)) }
    }

    private static func metadata(_ instance: Instance) -> Logger.Metadata {
        [LogKey.service: "\(instance.service)", LogKey.instance: "\(instance.id)", LogKey.address: "\(instance.address)"]
    }
}
