package import ShippyCore

/// The engines that a story is read from. Bus and registry are opened when they are needed: a story is told without them, too.
package struct StoryEngines: Sendable {
    package var store: any Store
    package var bus: @Sendable () throws -> any EventBus
    package var registry: @Sendable () throws -> any ServiceRegistry
    /// After how many attempts a mail is given up.
    package var mailAttempts: Int

    package init(
        store: any Store, bus: @escaping @Sendable () throws -> any EventBus, registry: @escaping @Sendable () throws -> any ServiceRegistry,
        mailAttempts: Int
    ) {
        self.store = store
        self.bus = bus
        self.registry = registry
        self.mailAttempts = mailAttempts
    }

    /// Whether an instance of a service is registered; nil if that cannot be known.
    func isRunning(_ service: String) async -> Bool? {
        guard let instances = try? await registry().snapshot(service: service).instances else { return nil }
        return !instances.isEmpty
    }
}
