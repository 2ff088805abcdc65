import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct RegistryListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List registered instances and the time left on each lease.",
        usage: "shippy registry list [<options>] [<service>]",
        discussion: """
            Examples:
              shippy registry list
              shippy registry list users -o jsonl
            """)

    @Argument(help: "List only instances of this service.", completion: .custom(Completion.services))
    var service: String?

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let instances = try await context.withRegistry { try await $0.list(service: service) }
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
