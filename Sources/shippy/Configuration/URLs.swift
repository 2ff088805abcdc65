import Foundation
import ShippyCore

enum URLs {
    /// A URL that names several servers, `scheme://user:password@host:port,host:port?name=value`.
    ///
    /// - Throws: ``ShippyError`` `.usage` with `advice` for anything else.
    static func servers(_ option: String, _ text: String, port: Int, advice: String) throws -> ServerList {
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
        ShippyError(.usage, "--\(option) \(redacted(text).visiblyEscaped(limit: 120).debugQuoted) is not supported: \(advice)")
    }

    /// A password given as a flag can be read by every user of the machine, in the list of processes.
    static func refusePassword(_ option: String, inFlag flag: String?) throws {
        guard let flag, let login = flag.firstMatch(of: #/:\/\/([^\/?]*)@/#)?.output.1 else { return }
        // NATS takes a token for a user.
        guard login.contains(":") || option == "bus" else { return }
        throw ShippyError(
            .usage,
            "--\(option) \(redacted(flag).debugQuoted) has a password in it, which everyone on this machine could read: set SHIPPY_\(option.uppercased()) or the configuration file instead"
        )
    }

    /// The URL without whoever logs in there.
    static func redacted(_ text: String) -> String {
        text.replacing(#/:\/\/[^\/?]*@/#) { _ in "://…@" }
    }
}

extension String {
    func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
