import Foundation
import ShippyConfiguration
import ShippyCore

/// Keeps a command off services that work on another store than the one that it is set to: the data directory may be a copy, the
/// database a dump that was restored, or the registry that of other services.
enum SameStore {
    /// Under this name an instance says in its metadata which store it works on.
    static let label = "store"

    /// A command that has no store has nothing to mistake another one for.
    ///
    /// - Throws: ``ShippyError`` `.denied` when one of the instances works on another store; what the store throws when it cannot be
    ///   asked.
    static func require(_ instances: [Instance], _ context: CommandContext) async throws {
        guard instances.contains(where: { $0.metadata[label] != nil }) else { return }
        let url = context.configuration.store
        if case .sqlite(let path) = url, !FileManager.default.fileExists(atPath: path) { return }
        let identity = try await context.withStore { try await $0.identity() }
        for instance in instances where instance.metadata[label] ?? identity != identity {
            throw ShippyError(
                .denied,
                "\(instance.service) at \(instance.address) works on another store than \(url.place): use the --home, --store and --registry that it was started with"
            )
        }
    }
}
