import Foundation
import ShippyCore

/// A URL that names several servers: `scheme://user:password@host:port,host:port?name=value`.
struct ServerListURL {
    let scheme: String
    /// `user:password` or a token, still percent-encoded.
    let credentials: String?
    let addresses: [HostPort]
    let options: [String: String]

    /// - Parameter port: the default port.
    /// - Throws: ``Unreadable`` with `advice` if `text` is not such a URL.
    init(_ text: String, port: Int, advice: String) throws {
        try URLs.checkEncoding(text)
        let rest = text.split(separator: "://", maxSplits: 1)
        guard rest.count == 2 else { throw Unreadable(advice) }
        let parts = rest[1].split(separator: "?", maxSplits: 1)
        let authority = parts.first?.split(separator: "/", omittingEmptySubsequences: false).first ?? ""
        let at = authority.lastIndex(of: "@")
        let hosts = authority[(at.map(authority.index(after:)) ?? authority.startIndex)...].split(separator: ",")
        guard !hosts.isEmpty else { throw Unreadable(advice) }
        addresses = try hosts.map { host in
            let hasPort = host.contains(":") && !host.hasSuffix("]")
            guard let address = try? HostPort(hasPort ? String(host) : "\(host):\(port)") else { throw Unreadable(advice) }
            return address
        }
        scheme = String(rest[0])
        credentials = at.map { String(authority[..<$0]) }
        var query = URLComponents()
        query.percentEncodedQuery = parts.count == 2 ? String(parts[1]) : nil
        options = Dictionary((query.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { $1 })
    }
}
