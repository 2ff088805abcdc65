import ArgumentParser

struct CertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cert", abstract: "Make and show certificates for TLS.",
        subcommands: [CertNewCommand.self, CertShowCommand.self])
}
