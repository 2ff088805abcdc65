import ShippyAccess
import ShippyCore

/// The tutorial's request as a command that works on this machine, in a shell.
struct TutorialRequest: Sendable {
    /// How the port is encrypted.
    struct Encryption: Sendable {
        /// The names in the certificate.
        var names: [String]
        /// Whether clients need a certificate: then the command shows this one.
        var isMutual: Bool
        var certificate: String
        var key: String
        /// The file with the authority that clients trust; nil for the system's authorities.
        var authority: String?
    }

    /// Where the port listens.
    var address: HostPort
    var rules: AccessRules
    /// nil without TLS.
    var encryption: Encryption?
    /// Names that the port accepts as Host, besides loopback and its address.
    var acceptedHosts: [String] = []
    /// Whether an e-mail address needs no domain.
    var completesNames = true
    var command: OwnCommand

    var line: String {
        var words = ["curl"]
        if let encryption {
            if let authority = encryption.authority { words.append("--cacert \(quoted(authority))") }
            if encryption.isMutual { words.append("--cert \(quoted(encryption.certificate)) --key \(quoted(encryption.key))") }
        }
        let target = target
        words += target.options
        // A token in an argument could be seen by other users.
        if rules.requirement(of: .tutorialCreate) != .nothing {
            words.insert("\(command.line("auth token")) | sed 's/^/Authorization: Bearer /' |", at: 0)
            words.append("-H @-")
        }
        let url = "http\(encryption == nil ? "" : "s")://\(HostPort(host: target.host, port: address.port))/create"
        return (words + ["-XPOST \(url) -d '{\"email\": \"\(completesNames ? "test" : "test@example.com")\"}'"]).joined(separator: " ")
    }

    private func quoted(_ path: String) -> String { OwnCommand.shellQuoted(path.absolutePath) }

    /// The address on which this machine reaches the port.
    private var reachable: String {
        switch address.host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: address.host
        }
    }

    /// A host that is both in the certificate and reached from here, and what curl needs for it.
    private var target: (host: String, options: [String]) {
        guard let encryption else { return (reachable, []) }
        let names = encryption.names.filter { !$0.hasPrefix("*.") }
        if names.contains(reachable) { return (reachable, []) }
        if names.contains("localhost"), HostPort(host: reachable, port: 0).isLoopback { return ("localhost", []) }
        let accepted = acceptedHosts.first { names.contains($0.lowercased()) }
        guard let name = accepted ?? names.first else { return (reachable, []) }
        // No name server may know it, or it may know another machine by it.
        let resolved = IPAddress(reachable) == nil ? [] : ["--connect-to \(name):\(address.port):\(HostPort(host: reachable, port: address.port))"]
        return (name, resolved + (accepted == nil ? ["-H 'Host: localhost'"] : []))
    }
}
