import Foundation
import ShippyCore
import ShippyRegistry

/// Where instances are registered.
enum RegistryURL: Hashable, Sendable {
    case embedded
    case etcd(EtcdOptions)

    private static let advice = "use embedded, etcd://HOST:PORT or etcds://HOST:PORT"

    /// - Throws: ``ShippyError`` `.usage` that names the URL, without a password in it.
    init(_ text: String?) throws {
        guard let text, text != "embedded" else {
            self = .embedded
            return
        }
        let list = try URLs.servers("registry", text, port: 2379, advice: Self.advice)
        // The tutorials' addresses are those of etcd's own client.
        let isEncrypted: Bool
        switch list.scheme {
        case "etcd", "http": isEncrypted = false
        case "etcds", "https": isEncrypted = true
        default: throw URLs.unsupported("registry", text, Self.advice)
        }
        var options = EtcdOptions(endpoints: list.addresses, isEncrypted: isEncrypted)
        if let credentials = list.credentials {
            let parts = credentials.split(separator: ":", maxSplits: 1).map { String($0).removingPercentEncoding ?? String($0) }
            options.user = parts.first
            options.password = parts.count == 2 ? parts[1] : nil
        }
        for (name, value) in list.options {
            switch name {
            case "ca" where isEncrypted: options.caFile = value
            case "cert" where isEncrypted: options.certificateFile = value
            case "key" where isEncrypted: options.keyFile = value
            case "ca", "cert", "key":
                throw URLs.unsupported("registry", text, "etcd:// is not encrypted, and takes no ca, cert or key: use etcds://HOST:PORT")
            default: throw URLs.unsupported("registry", text, "etcds:// takes ?ca=FILE, cert=FILE and key=FILE")
            }
        }
        guard (options.certificateFile == nil) == (options.keyFile == nil) else {
            throw URLs.unsupported("registry", text, "give cert=FILE and key=FILE together")
        }
        self = .etcd(options)
    }

    /// As a person would recognise it, without a password.
    var place: String {
        switch self {
        case .embedded: "embedded"
        case .etcd(let options): "etcd \(options.endpoints.map(\.description).joined(separator: ","))"
        }
    }
}
