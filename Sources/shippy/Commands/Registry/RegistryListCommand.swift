import ArgumentParser
import ShippyCore

struct RegistryListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List living instances, with the seconds left on each lease.")

    @Argument(help: "Only instances of this service.", completion: .custom(Completion.services))
    var service: String?

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let context = try await CommandContext.load(global)
        let registry = try Engines.openRegistry(context.settings, context.options)
        let instances = try await registry.list(service: service)
        await registry.close()
        try await context.rendering.list(instances) { table in
            table.header("SERVICE", "ID", "ADDRESS", "PROTOCOL", "VERSION", "TTL LEFT", "REGISTERED AT")
            for instance in instances {
                table.row(
                    instance.service, instance.id, instance.address, instance.protocol, instance.version,
                    instance.ttlLeftText, instance.registeredAt?.description ?? "-")
            }
        }
    }
}
