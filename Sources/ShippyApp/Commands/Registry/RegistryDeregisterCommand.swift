import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct RegistryDeregisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister",
        abstract: "Remove an instance from the registry.",
        usage: "shippy registry deregister [<options>] <service> <id>",
        discussion: """
            An instance that is still running registers again within a third of its TTL.

            Examples:
              shippy registry deregister users users-9d2c41aa87be1f05
              shippy registry deregister users 127.0.0.1:8081
            """)

    @Argument(help: "The service's name.", completion: .custom(Completion.services))
    var service: String

    @Argument(help: "The instance's ID, as `shippy registry list` shows it, or its address.", completion: .custom(Completion.instances))
    var id: String

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let wasThere = try await context.withRegistry { try await $0.deregister(key(in: $0)) }
        guard wasThere else {
            throw ShippyError(
                .notFound,
                "no instance \(id.quoted(limit: 80)) of \(service.quoted(limit: 80)): `shippy registry list` lists all instances"
            )
        }
    }

    /// The key of the instance with this ID, or of the only one with this address.
    private func key(in registry: any ServiceRegistry) async throws -> Instance.Key {
        let instances = try await registry.snapshot(service: service).instances.filter { $0.foreignOwner == nil }
        let named = instances.filter { $0.id == id }
        let found = named.isEmpty ? instances.filter { $0.address == id } : named
        guard found.count <= 1 else {
            let ids = found.map { $0.id.visiblyEscaped(limit: 80) }.joined(separator: ", ")
            throw ShippyError(.usage, "several instances of \(service) have the address \(id): use one of their IDs, \(ids)")
        }
        return found.first?.key ?? Instance.Key(service: service, id: id)
    }
}
