import ShippyCore

/// The event bus.
package enum BusURL: Hashable, Sendable {
    case embedded
    case nats(NATSURL)

    /// - Throws: ``Unreadable``.
    package init(_ text: String) throws {
        guard text != "embedded" else {
            self = .embedded
            return
        }
        let advice = "use embedded, nats://HOST:PORT or tls://HOST:PORT"
        let list = try ServerListURL(text, port: 4222, advice: advice)
        guard list.scheme == "nats" || list.scheme == "tls" else { throw Unreadable(advice) }
        let login = list.credentials.map { "\($0)@" } ?? ""
        var url = NATSURL(servers: list.addresses.map { "\(list.scheme)://\(login)\($0)" })
        for (name, value) in list.options {
            switch name {
            case "stream" where !value.isEmpty && !value.contains(where: { " .*>/".contains($0) }): url.stream = value
            case "creds": url.credentialsFile = value
            case "ca": url.caFile = value
            case "cert": url.certificateFile = value
            case "key": url.keyFile = value
            default: throw Unreadable("the supported parameters are stream=NAME, creds=FILE, ca=FILE, cert=FILE and key=FILE")
            }
        }
        guard list.scheme == "tls" || [url.caFile, url.certificateFile, url.keyFile].allSatisfy({ $0 == nil }) else {
            throw Unreadable("ca, cert and key need an encrypted connection: use tls://HOST:PORT")
        }
        guard (url.certificateFile == nil) == (url.keyFile == nil) else { throw Unreadable("use cert=FILE and key=FILE together") }
        self = .nats(url)
    }

    /// Without its login: `embedded`, `nats://10.0.0.1:4222,10.0.0.2:4222`
    package var place: String {
        guard case .nats(let url) = self, let scheme = url.servers.first?.split(separator: ":").first else { return "embedded" }
        let addresses = url.servers.map { server in server.split(separator: "@").last?.split(separator: "/").last.map(String.init) ?? "" }
        return "\(scheme)://\(addresses.joined(separator: ","))"
    }
}

/// The parts of a URL of NATS servers.
package struct NATSURL: Hashable, Sendable {
    /// URLs of servers of one cluster, each with the same login.
    package var servers: [String]
    /// The stream that stores events; nil for the default.
    package var stream: String?
    package var credentialsFile: String?
    package var caFile: String?
    package var certificateFile: String?
    package var keyFile: String?
}
