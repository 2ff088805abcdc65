import Foundation
import ShippyConfiguration
import ShippyCore

/// Keeps a command from using services whose store differs from its own: the data directory may be a copy, the database a
/// restored dump, or the registry may belong to other services.
enum SameStore {
    /// The name in an instance's metadata of its store's identity.
    static let label = "store"

    /// Accepts any instance when the command's own store does not exist yet.
    ///
    /// - Throws: ``ShippyError`` `.denied` when an instance uses a different store; the store's error when it cannot be read.
    static func require(_ instances: [Instance], _ context: CommandContext) async throws {
        guard instances.contains(where: { $0.metadata[label] != nil }) else { return }
        let url = context.configuration.store
        let isOwn = try await recognition(of: url, context)
        for instance in instances {
            guard let identity = instance.metadata[label], let isOwn, !isOwn(identity) else { continue }
            throw ShippyError(
                .denied,
                "\(instance.service) at \(instance.address) uses a different store than \(url.place): run this command with the same --home, --store and --registry as the service"
            )
        }
    }

    /// How to recognize the identity of the command's own store; nil if it does not exist yet.
    private static func recognition(of url: StoreURL, _ context: CommandContext) async throws -> ((String) -> Bool)? {
        if case .sqlite(let path) = url {
            guard let file = FileIdentity(path) else { return nil }
            // All instances are on this machine, where a file that is in use shares its identity with no other. Opening it would
            // take longer than the rest of a command.
            if context.configuration.registry == .embedded { return { $0.hasSuffix("-\(file)") } }
        }
        let identity = try await context.withStore { try await $0.identity() }
        return { $0 == identity }
    }
}
