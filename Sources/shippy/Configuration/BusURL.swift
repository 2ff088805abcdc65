import ShippyBus
import ShippyCore

/// Where events go.
enum BusURL: Hashable, Sendable {
    case embedded
    case nats(NATSOptions)

    private static let advice = "use embedded, nats://HOST:PORT or tls://HOST:PORT"

    /// - Throws: ``ShippyError`` `.usage` that names the URL, without a password in it.
    init(_ text: String?) throws {
        guard let text, text != "embedded" else {
            self = .embedded
            return
        }
        let list = try URLs.servers("bus", text, port: 4222, advice: Self.advice)
        guard list.scheme == "nats" || list.scheme == "tls" else { throw URLs.unsupported("bus", text, Self.advice) }
        let login = list.credentials.map { "\($0)@" } ?? ""
        var options = NATSOptions(servers: list.addresses.map { "\(list.scheme)://\(login)\($0)" })
        for (name, value) in list.options {
            switch name {
            case "stream" where !value.isEmpty && !value.contains(where: { " .*>/".contains($0) }): options.stream = value
            case "creds": options.credentialsFile = value
            case "ca": options.caFile = value
            case "cert": options.certificateFile = value
            case "key": options.keyFile = value
            default: throw URLs.unsupported("bus", text, "it takes ?stream=NAME, creds=FILE, ca=FILE, cert=FILE and key=FILE")
            }
        }
        guard list.scheme == "tls" || [options.caFile, options.certificateFile, options.keyFile].allSatisfy({ $0 == nil }) else {
            throw URLs.unsupported("bus", text, "nats:// is not encrypted, and takes no ca, cert or key: use tls://HOST:PORT")
        }
        guard (options.certificateFile == nil) == (options.keyFile == nil) else {
            throw URLs.unsupported("bus", text, "give cert=FILE and key=FILE together")
        }
        self = .nats(options)
    }
}
