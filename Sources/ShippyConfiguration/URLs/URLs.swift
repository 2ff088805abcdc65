import Foundation
import ShippyCore

/// Functions for the URLs of all engines.
package enum URLs {
    /// Rejects URLs that the engines' parsers could split in the wrong place and then quote in errors.
    ///
    /// - Throws: ``Unreadable`` for an `@` after the host, and for a `%` that encodes nothing.
    static func checkEncoding(_ text: String) throws {
        guard let start = text.range(of: "://")?.upperBound else { return }
        let rest = text[start...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let isDecodable = String(rest).removingPercentEncoding?.utf8.contains(0) == false
        // Some parsers end the login at the first `@`, others at the last. They would show the rest as the host.
        let isAmbiguous = authority.count { $0 == "@" } > 1
        guard isDecodable, !isAmbiguous, !rest[authority.endIndex...].contains("@") else {
            throw Unreadable("percent-encode special characters in the user and password: / as %2F, ? as %3F, # as %23, @ as %40, % as %25")
        }
    }

    /// Whether a URL contains a password, a token or a key.
    ///
    /// - Parameter takesToken: whether a login without a colon is a token.
    static func hasSecret(_ text: String, takesToken: Bool) -> Bool {
        guard let start = text.range(of: "://")?.upperBound else { return false }
        let rest = text[start...]
        if let at = rest.lastIndex(of: "@"), takesToken || rest[..<at].contains(":") { return true }
        let query = rest.drop { $0 != "?" }.dropFirst().split { "?&".contains($0) }
        return query.contains { Secrets.isName($0.prefix { $0 != "=" }) }
    }

    /// Scheme and hosts of a URL, without anything between or after them that may be a secret. Only the scheme if it is uncertain
    /// which part is the host.
    package static func redacted(_ text: String) -> String {
        if text == "embedded" { return text }
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
