import ArgumentParser
import ShippyConfiguration
import ShippyCore

struct CertShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show certificates and when they end.",
        usage: "shippy cert show [<options>] [<file> ...]",
        discussion: """
            Without a file, shows the certificates in the files of --tls-cert, --tls-ca and --tls-client-ca, as configured.

            Examples:
              shippy cert show
              shippy cert show ./tls/ca.pem ./tls/alpha.example.com.pem
              shippy cert show -o jsonl
            """)

    @Argument(help: ArgumentHelp("A PEM file with certificates.", valueName: "file"), completion: .file())
    var files: [String] = []

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func run() async throws {
        let context = try CommandContext.load(common)
        let files = files.isEmpty ? Self.configured(context.configuration) : files
        guard !files.isEmpty else {
            throw ShippyError(.usage, "no certificate is configured: name a file, or set --tls-cert and --tls-key")
        }
        let certificates = try await BlockingQueue("certificates").run { try files.flatMap { try ShownCertificate.read($0) } }
        try await context.rendering.certificates(certificates)
    }

    /// Each file once, in the order of help.
    private static func configured(_ configuration: Configuration) -> [String] {
        var files: [String] = []
        let all = [configuration.tlsCertificate, configuration.tlsAuthority, configuration.tlsClientAuthority]
        for file in all.compactMap({ $0 }) where !files.contains(file) { files.append(file) }
        return files
    }
}
