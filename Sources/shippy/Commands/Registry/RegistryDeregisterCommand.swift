import ArgumentParser
import ShippyCore

struct RegistryDeregisterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deregister", abstract: "Take an instance out of the registry.",
        discussion: "One that lives registers again by itself, within a third of its TTL.")

    @Argument(help: "The service.", completion: .custom(Completion.services))
    var service: String

    @Argument(help: "The instance's id, as `shippy registry list` shows it.", completion: .custom(Completion.instances))
    var id: String

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let registry = try Engines.openRegistry(context.settings, context.options)
        let wasThere = try await registry.deregister(Instance.Key(service: service, id: id))
        await registry.close()
        guard wasThere else {
            throw ShippyError(
                .notFound,
                "no instance \(id.visiblyEscaped(limit: 80).debugQuoted) of \(service.visiblyEscaped(limit: 80).debugQuoted): `shippy registry list` shows them"
            )
        }
    }
}
