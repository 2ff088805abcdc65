import ArgumentParser
import ShippyCore

struct RegistryDeregisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister", abstract: "Take an instance out of the registry.",
        discussion: "One that lives registers again by itself, within a third of its TTL.")

    @Argument(help: "The service.", completion: .custom(Completion.services))
    var service: String

    @Argument(help: "The instance's id, as `shippy registry list` shows it, or its address.", completion: .custom(Completion.instances))
    var id: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let registry = try Engines.openRegistry(context.settings, context.options)
        let wasThere = try await registry.deregister(key(in: registry))
        await registry.close()
        guard wasThere else {
            throw ShippyError(
                .notFound,
                "no instance \(id.quoted(limit: 80)) of \(service.quoted(limit: 80)): `shippy registry list` shows them"
            )
        }
    }

    /// Of the instance with this id, or of the only one with this address.
    private func key(in registry: any ServiceRegistry) async throws -> Instance.Key {
        let instances = try await registry.snapshot(service: service).instances.filter { $0.foreignOwner == nil }
        let named = instances.filter { $0.id == id }
        let found = named.isEmpty ? instances.filter { $0.address == id } : named
        guard found.count <= 1 else {
            let ids = found.map { $0.id.visiblyEscaped(limit: 80) }.joined(separator: ", ")
            throw ShippyError(.usage, "several instances of \(service) have the address \(id): give the id of one of them, \(ids)")
        }
        return found.first?.key ?? Instance.Key(service: service, id: id)
    }
}
