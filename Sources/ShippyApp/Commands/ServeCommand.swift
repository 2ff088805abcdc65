import ArgumentParser
import ShippyConfiguration

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Start one service in its own process.",
        discussion: """
            Works like `shippy up`, but runs only one of the two services. Several processes can share a data directory; give \
            each its own ports, or use port 0 to pick free ones. It uses a context only if --context or SHIPPY_CONTEXT names it.

            Examples:
              shippy serve users
              shippy serve notificator --ops 127.0.0.1:0
            """)

    @Argument(help: "The service: users or notificator.", completion: .list(Role.allCases.map(\.rawValue)))
    var service: Role

    @OptionGroup(title: Serving.heading) var serving: Flags<Serving>
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        try await serve([service], common, serving)
    }
}

extension Role: ExpressibleByArgument {}
