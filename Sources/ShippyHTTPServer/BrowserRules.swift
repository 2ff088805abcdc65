package import HTTPTypes
package import ShippyCore

/// Decides which requests a port answers, so that no web page in a browser on this machine can use the port without the user's
/// knowledge.
///
/// A page can send a form to any address that its browser can reach. By pointing a host name of its own at this server (DNS
/// rebinding), it can also read the answers. So the Host must be a name of this server, and requests that change something must
/// not come from another site. Of the headers checked here, programs other than browsers send only Host.
package struct BrowserRules: Sendable {
    private static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    private static let host = HTTPField.Name("Host")!

    /// In the form of ``Authority/host``.
    private let hosts: Set<String>

    /// - Parameters:
    ///   - ownHosts: hosts that this server listens on or is registered under, besides loopback.
    ///   - allowedHosts: other names and addresses that clients use for this server.
    /// - Throws: ``ShippyError`` `.usage` for an allowed host that is not a host name or address.
    package init(ownHosts: [String] = [], allowedHosts: [String] = []) throws {
        let allowed = try allowedHosts.map { text in
            guard let host = Self.host(text) else {
                throw ShippyError(
                    .usage,
                    "cannot parse --allowed-host \(text.quoted(limit: 80)): use a host name or address without a port, such as shippy.example.com"
                )
            }
            return host
        }
        // A listen address may have a form that cannot occur in a Host header.
        hosts = Set(ownHosts.compactMap(Self.host) + allowed)
    }

    private static func host(_ text: String) -> String? {
        Authority.address(text) ?? Authority(text[...])?.host
    }

    /// The reason to refuse a request; nil to answer it.
    ///
    /// - Parameter localAddress: the IP address on which the connection was accepted. It is always valid as Host: DNS rebinding
    ///   needs a name.
    package func refusal(of request: HTTPRequest, localAddress: @autoclosure () -> String?) -> ShippyError? {
        guard let text = request.authority, !text.isEmpty else {
            return ShippyError(.denied, "the request has no Host header: send one, such as Host: localhost")
        }
        guard !request.headerFields.contains(Self.host) else {
            return ShippyError(.denied, "the request has more than one Host header: send only one")
        }
        guard let host = Authority(text[...]), isOurs(host, localAddress) else {
            return ShippyError(
                .denied,
                "Host \(text.quoted(limit: 80)) is not a name of this server: use localhost, or start the server with --allowed-host and this name"
            )
        }
        switch request.method {
        case .get, .head, .options, .trace: return nil
        default: return crossSiteRefusal(of: request, at: host)
        }
    }

    private func isOurs(_ host: Authority, _ localAddress: () -> String?) -> Bool {
        host.isLoopback || hosts.contains(host.host) || localAddress().flatMap { Authority.address($0) } == host.host
    }

    private func crossSiteRefusal(of request: HTTPRequest, at host: Authority) -> ShippyError? {
        if let site = request.headerFields[Self.secFetchSite] {
            guard site != "same-origin", site != "none" else { return nil }
            return ShippyError(.denied, "cross-site requests are not allowed (Sec-Fetch-Site: \(site.visiblyEscaped(limit: 40)))")
        }
        guard let origin = request.headerFields[.origin] else { return nil }
        guard !Self.isOrigin(origin, of: host) else { return nil }
        return ShippyError(.denied, "cross-site requests are not allowed (Origin: \(origin.visiblyEscaped(limit: 80)))")
    }

    /// Whether the origin has the request's host and port. A missing port is the default of the origin's scheme.
    private static func isOrigin(_ origin: String, of host: Authority) -> Bool {
        let (scheme, port): (Substring, Int)
        let lowercased = origin.lowercased()
        if lowercased.hasPrefix("http://") {
            (scheme, port) = ("http://", 80)
        } else if lowercased.hasPrefix("https://") {
            (scheme, port) = ("https://", 443)
        } else {
            return false
        }
        guard let authority = Authority(lowercased.dropFirst(scheme.count)) else { return false }
        return authority.host == host.host && (authority.port ?? port) == (host.port ?? port)
    }
}
