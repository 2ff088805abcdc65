import Foundation
import ShippyCore

enum URLs {
    /// A URL that names several servers, `scheme://user:password@host:port,host:port?name=value`.
    ///
    /// - Throws: ``ShippyError`` `.usage` with `advice` for anything else.
    static func servers(_ option: String, _ text: String, port: Int, advice: String) throws -> ServerList {
        try checkEncoding(option, text)
        let rest = text.split(separator: "://", maxSplits: 1)
        guard rest.count == 2 else { throw unsupported(option, text, advice) }
        let parts = rest[1].split(separator: "?", maxSplits: 1)
        let authority = parts.first?.split(separator: "/", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        let credentials = authority.lastIndex(of: "@").map { String(authority[..<$0]) }
        let hosts = (credentials == nil ? authority : String(authority[authority.index(after: authority.lastIndex(of: "@")!)...])).split(
            separator: ",")
        guard !hosts.isEmpty else { throw unsupported(option, text, advice) }
        let addresses = try hosts.map { host in
            do {
                return try HostPort(host.contains(":") && !host.hasSuffix("]") ? String(host) : "\(host):\(port)")
            } catch {
                throw unsupported(option, text, advice)
            }
        }
        var query = URLComponents()
        query.percentEncodedQuery = parts.count == 2 ? String(parts[1]) : nil
        let options = (query.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        return ServerList(
            scheme: String(rest[0]), credentials: credentials, addresses: addresses, options: Dictionary(options, uniquingKeysWith: { $1 }))
    }

    struct ServerList {
        var scheme: String
        /// `user:password` or a token, still percent-encoded.
        var credentials: String?
        var addresses: [HostPort]
        var options: [String: String]
    }

    static func unsupported(_ option: String, _ text: String, _ advice: String) -> ShippyError {
        ShippyError(.usage, "--\(option) \(redacted(text).quoted(limit: 120)) is not supported: \(advice)")
    }

    /// Refuses what the URL parsers of the engines would split in the wrong place, and then quote in their errors.
    ///
    /// - Throws: ``ShippyError`` `.usage` for an `@` after the host, and for a `%` that encodes nothing.
    static func checkEncoding(_ option: String, _ text: String) throws {
        guard let start = text.range(of: "://")?.upperBound else { return }
        let rest = text[start...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let isDecodable = String(rest).removingPercentEncoding?.utf8.contains(0) == false
        // libpq ends the login at the first `@`, and would show the rest as the host.
        let isAmbiguous = text.hasPrefix("postgres") && authority.count { $0 == "@" } > 1
        guard isDecodable, !isAmbiguous, !rest[authority.endIndex...].contains("@") else {
            throw unsupported(
                option, text, "percent-encode special characters in the user and password: / as %2F, ? as %3F, # as %23, @ as %40, % as %25")
        }
    }

    /// A password given as a flag can be read by every user of the machine, in the list of processes.
    static func refusePassword(_ option: String, inFlag flag: String?) throws {
        guard let flag, let start = flag.range(of: "://")?.upperBound else { return }
        let rest = flag[start...]
        // NATS takes a token for a user.
        let hasLogin = rest.lastIndex(of: "@").map { option == "bus" || rest[..<$0].contains(":") } ?? false
        let query = rest.drop { $0 != "?" }.dropFirst().split { "?&".contains($0) }
        let hasSecret = query.contains { item in
            let name = item.prefix { $0 != "=" }.lowercased()
            return ["pass", "pwd", "token", "secret"].contains { name.contains($0) }
        }
        guard hasLogin || hasSecret else { return }
        throw ShippyError(
            .usage,
            "--\(option) \(redacted(flag).quoted()) has a password in it, which everyone on this machine could read: set SHIPPY_\(option.uppercased()) or the configuration file instead"
        )
    }

    /// The scheme and the hosts of a URL, and nothing else of it: a user, a password, a token or a key may stand anywhere
    /// between. Only the scheme where it is not certain which part is the host.
    static func redacted(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":"), text[..<colon].wholeMatch(of: #/[A-Za-z][A-Za-z0-9+.\-]{0,20}/#) != nil else { return "…" }
        let scheme = text[...colon]
        if scheme == "maildir:" || scheme == "sqlite:" { return text }
        guard let rest = text[colon...].dropping(prefix: "://") else { return "\(scheme)…" }
        let login = rest.lastIndex(of: "@").map { rest[..<$0] }
        let tail = rest[(login.map { rest.index(after: $0.endIndex) } ?? rest.startIndex)...]
        let hosts = tail.prefix { !"/?#".contains($0) }
        let areHosts =
            hosts.wholeMatch(of: #/([A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(,([A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?)*/#)
            != nil
        guard areHosts, login?.contains("?") != true else { return "\(scheme)//…" }
        return "\(scheme)//\(login == nil ? "" : "…@")\(hosts)\(hosts.endIndex == tail.endIndex ? "" : "/…")"
    }
}

extension StringProtocol {
    func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
