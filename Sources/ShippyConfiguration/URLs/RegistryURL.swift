import Foundation
package import ShippyCore

/// The registry.
package enum RegistryURL: Hashable, Sendable {
    case embedded
    case etcd(EtcdURL)

    /// - Throws: ``Unreadable``.
    package init(_ text: String) throws {
        guard text != "embedded" else {
            self = .embedded
            return
        }
        let advice = "use embedded, etcd://HOST:PORT or etcds://HOST:PORT"
        let list = try ServerListURL(text, port: 2379, advice: advice)
        // The tutorials use addresses in the syntax of etcd's own client.
        let isEncrypted: Bool
        switch list.scheme {
        case "etcd", "http": isEncrypted = false
        case "etcds", "https": isEncrypted = true
        default: throw Unreadable(advice)
        }
        var url = EtcdURL(endpoints: list.addresses, isEncrypted: isEncrypted)
        if let credentials = list.credentials {
            let parts = credentials.split(separator: ":", maxSplits: 1).map { String($0).removingPercentEncoding ?? String($0) }
            url.user = parts.first
            url.password = parts.count == 2 ? parts[1] : nil
        }
        for (name, value) in list.options {
            switch name {
            case "ca" where isEncrypted: url.caFile = value
            case "cert" where isEncrypted: url.certificateFile = value
            case "key" where isEncrypted: url.keyFile = value
            case "ca", "cert", "key": throw Unreadable("ca, cert and key need an encrypted connection: use etcds://HOST:PORT")
            default: throw Unreadable("the supported parameters are ca=FILE, cert=FILE and key=FILE, with etcds://")
            }
        }
        guard (url.certificateFile == nil) == (url.keyFile == nil) else { throw Unreadable("use cert=FILE and key=FILE together") }
        self = .etcd(url)
    }

    /// Without its login: `embedded`, `etcd://10.0.0.1:2379,10.0.0.2:2379`
    package var place: String {
        switch self {
        case .embedded: "embedded"
        case .etcd(let url): "\(url.isEncrypted ? "etcds" : "etcd")://\(url.endpoints.map(\.description).joined(separator: ","))"
        }
    }
}

/// The parts of a URL of etcd servers.
package struct EtcdURL: Hashable, Sendable {
    /// Members of one cluster.
    package var endpoints: [HostPort]
    package var isEncrypted: Bool
    package var user: String?
    package var password: String?
    package var caFile: String?
    package var certificateFile: String?
    package var keyFile: String?
}
