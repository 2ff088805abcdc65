package import Logging
import ServiceLifecycle
package import ShippyCore

/// Keeps instances registered as long as it runs, whatever happens to their leases, and takes them out as the first thing
/// of a graceful shutdown.
package struct Registrar: Service {
    private let registry: any ServiceRegistry
    private let instances: @Sendable () -> [Instance]
    private let lastWrite: LastWrite
    private let logger: Logger
    private let pause: @Sendable (Duration) async throws -> Void
    private let onRegistered: @Sendable () async -> Void

    /// - Parameters:
    ///   - instances: what is to be registered, always under the same keys. Asked before each renewal: where it says something else
    ///     than what is registered, that is replaced.
    ///   - pause: waits for so long.
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
            // Fails only when cancelled, which the loop looks at.
            try? await pause(outage.failures == 0 ? renewal : min(renewal, outage.pause))
        }
    }

    private func deregister() async {
        for instance in instances() {
            do {
                _ = try await registry.deregister(instance.key)
                logger.debug("deregistered", metadata: Self.metadata(instance))
            } catch {
                // The lease runs out by itself.
                logger.warning("cannot deregister", metadata: Self.metadata(instance).merging([LogKey.error: "\(error)"]) { $1 })
            }
        }
    }

    /// A line for each instance, which whoever looks for one of them finds.
    private func log(_ level: Logger.Level, _ message: Logger.Message, _ instances: [Instance]) {
        for instance in instances { logger.log(level: level, message, metadata: Self.metadata(instance)) }
    }

    private static func metadata(_ instance: Instance) -> Logger.Metadata {
        [LogKey.service: "\(instance.service)", LogKey.instance: "\(instance.id)", LogKey.address: "\(instance.address)"]
    }
}
