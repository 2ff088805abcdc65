import ArgumentParser
import Foundation
import ShippyConfiguration
import ShippyCore
import ShippyTLS

struct CertNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make certificates, and an authority that signs them.",
        usage: "shippy cert new [<options>] <host> ...",
        discussion: """
            Makes a certificate (HOST.pem) and its private key (HOST-key.pem) for each host, for its servers and its clients. \
            An authority signs them: ca.pem, with its key in ca-key.pem. It is made on first use, and then used again.

            HOST is a host name or an IP address. Several names of one machine are separated by commas; the first names the \
            files. A loopback name stands for localhost, 127.0.0.1 and ::1. A program that calls shippy can have a \
            certificate with any name.

            Give each machine its own two files and ca.pem. Keep ca-key.pem where no service runs: with it, anyone can make \
            certificates that the others trust.

            Examples:
              shippy cert new localhost
              shippy cert new alpha.example.com,10.0.0.5 beta.example.com --out ./tls
              shippy cert new alpha.example.com --out ./tls --force
            """)

    @Argument(help: ArgumentHelp("A machine or program: its names, separated by commas.", valueName: "host"))
    var hosts: [String]

    @Option(
        help: ArgumentHelp("Write to this directory, and use the authority in it. (default: tls in the data directory)", valueName: "dir"),
        completion: .directory)
    var out: String?

    @Option(help: ArgumentHelp("Make the certificates valid for this many days, 1 to \(LocalAuthority.leafDays).", valueName: "n"))
    var days = LocalAuthority.leafDays

    @Flag(help: "Replace the hosts' certificates and keys if they exist. The authority is never replaced.")
    var force = false

    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard (1...LocalAuthority.leafDays).contains(days) else {
            throw ValidationError("cannot use --days \(days): use a number from 1 to \(LocalAuthority.leafDays)")
        }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        let hosts = try hosts.map(CertificateHost.init)
        let directory = (out ?? "\(context.configuration.home)/tls").absolutePath
        let made = try await BlockingQueue("certificates").run { [days, force] in try Self.make(hosts, in: directory, days: days, replacing: force) }
        if made.isNew { Console.say("shippy: made an authority: \(directory.visiblyEscaped(limit: 200))/\(LocalAuthority.certificateName)") }
        try await context.rendering.certificates(made.certificates)
    }

    private static func make(
        _ hosts: [CertificateHost], in directory: String, days: Int, replacing: Bool
    ) throws -> (certificates: [ShownCertificate], isNew: Bool) {
        try PrivateFile.prepareDirectory(directory)
        let reserved = [LocalAuthority.certificateName, LocalAuthority.keyName]
        // Before anything is made.
        for host in hosts {
            for name in [LocalAuthority.certificateName(of: host), LocalAuthority.keyName(of: host)] {
                if reserved.contains(name) { throw ShippyError(.usage, "\(host.name) is the name of the authority's files: use another name") }
                guard replacing || !FileManager.default.fileExists(atPath: "\(directory)/\(name)") else {
                    throw ShippyError(
                        .conflict, "\(directory)/\(name) already exists: use --force to replace it, or choose another directory with --out")
                }
            }
        }
        let (authority, isNew) = try LocalAuthority.open(in: directory)
        var made: [ShownCertificate] = []
        for host in hosts {
            try authority.issue(for: host, days: days, replacing: replacing)
            made += try ShownCertificate.read("\(directory)/\(LocalAuthority.certificateName(of: host))")
        }
        return (made, isNew)
    }
}
