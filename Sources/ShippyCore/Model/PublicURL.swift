/// Where people's browsers reach the users service: links in mails begin with it.
package struct PublicURL: Hashable, Sendable, CustomStringConvertible {
    /// Without a slash at the end.
    package let description: String
    /// The host alone, without brackets.
    package let host: String

    /// - Parameter text: `https://` or, for this machine only, `http://`; a host, a port if it is not the scheme's own, and a path if the
    ///   pages are below one. Nothing else: no login, query or fragment.
    /// - Returns: nil for any other text.
    package init?(_ text: String) {
        guard let separator = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        guard scheme == "https" || scheme == "http", let address = Self.address(authority), let path = Self.path(rest[authority.endIndex...]) else {
            return nil
        }
        guard scheme == "https" || address.isLoopback else { return nil }
        self.init(scheme: scheme, address, hasPort: address.port != 0, path: path)
    }

    /// The URL of a server that listens on `address`.
    package init(scheme: String, _ address: HostPort) {
        self.init(scheme: scheme, address, hasPort: true, path: "")
    }

    private init(scheme: String, _ address: HostPort, hasPort: Bool, path: String) {
        host = address.host
        let authority = hasPort ? address.description : address.host.contains(":") ? "[\(address.host)]" : address.host
        description = "\(scheme)://\(authority)\(path)"
    }

    /// With port 0 if there is none.
    private static func address(_ text: Substring) -> HostPort? {
        let isAddress = text.hasPrefix("[")
        let hasPort = isAddress ? !text.hasSuffix("]") : text.contains(":")
        guard let address = try? HostPort(hasPort ? String(text) : "\(text):0"), !hasPort || address.port > 0 else { return nil }
        let isAllowed = address.host.utf8.allSatisfy { $0.isASCIIAlphanumeric || (isAddress ? ":." : ".-_").utf8.contains($0) }
        return isAllowed ? HostPort(host: address.host.lowercased(), port: address.port) : nil
    }

    /// Without a slash at the end.
    private static func path(_ text: Substring) -> String? {
        var segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        if segments.last == "" { segments.removeLast() }
        let areAllowed = segments.allSatisfy { segment in
            !segment.isEmpty && segment != "." && segment != ".." && segment.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._~".utf8.contains($0) }
        }
        return areAllowed ? segments.map { "/\($0)" }.joined() : nil
    }

    /// - Parameter token: of base64url characters.
    package func link(_ purpose: LinkPurpose, token: String) -> String { "\(description)\(purpose.path)?token=\(token)" }
}
