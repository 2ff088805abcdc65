import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct RegistryDeregisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister",
        abstract: "Remove an instance from the registry.",
        usage: "shippy registry deregister [<options>] <service> <id>",
        discussion: """
            An instance that is still running registers again within a third of its TTL. On a terminal, the command asks first \
            unless --yes is given. In a protected context, its name must be typed, or given with --confirm.

            Examples:
              shippy registry deregister users users-9d2c41aa87be1f05
              shippy registry deregister users 127.0.0.1:8081 --yes
            """)

    @Argument(help: "The service's name.", completion: .custom(Completion.services))
    var service: String

    @Argument(help: "The instance's ID, as `shippy registry list` shows it, or its address.", completion: .custom(Completion.instances))
    var id: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let question = try confirmation.question(context, place: context.registryPlace)
        let wasThere = try await context.withRegistry { registry in
            let key = try await key(in: registry)
            try await question?.ask("Deregister \(key.service) \(key.id)", otherwise: "no instance was deregistered")
            return try await registry.deregister(key)
        }
        guard wasThere else { throw missing }
    }

    private var missing: ShippyError {
        ShippyError(
            .notFound, "no instance \(id.quoted(limit: 80)) of \(service.quoted(limit: 80)): `shippy registry list` lists all instances")
    }

    /// The key of the instance with this ID, or of the only one with this address.
    private func key(in registry: any ServiceRegistry) async throws -> Instance.Key {
        let all = try await registry.snapshot(service: service).instances
        let instances = all.filter { $0.foreignOwner == nil }
        let named = instances.filter { $0.id == id }
        let found = named.isEmpty ? instances.filter { $0.address == id } : named
        guard found.count <= 1 else {
            let ids = found.map { $0.id.visiblyEscaped(limit: 80) }.joined(separator: ", ")
            throw ShippyError(.usage, "several instances of \(service) have the address \(id): use one of their IDs, \(ids)")
        }
        if let instance = found.first { return instance.key }
        // The registry says why it does not deregister it.
        guard let foreign = all.first(where: { $0.id == id || $0.address == id }) else { throw missing }
        return foreign.key
    }
}
