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
        if case .sqlite(let path) = url, !FileManager.default.fileExists(atPath: path) { return }
        let identity = try await context.withStore { try await $0.identity() }
        for instance in instances where instance.metadata[label] ?? identity != identity {
            throw ShippyError(
                .denied,
                "\(instance.service) at \(instance.address) uses a different store than \(url.place): run this command with the same --home, --store and --registry as the service"
            )
        }
    }
}
