import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Start one service in a process of its own.",
        discussion: """
            As `shippy up`, with one of the two services. Several may run on one data directory; each instance needs ports of its \
            own, of which 0 picks a free one.
            """)

    @Argument(help: "users or notificator.", completion: .list(Role.allCases.map(\.rawValue)))
    var service: Role

    @OptionGroup var options: ServeOptions

    func run() async throws {
        try await serve([service], options)
    }
}

extension Role: ExpressibleByArgument {}
