package import HTTPTypes
package import ShippyCore

/// Which requests a port answers, so that no page in a browser of this machine can use it behind its user's back.
///
/// A page can send a form to any address that its browser reaches, and by a name of its own that it lets point here (DNS
/// rebinding) it can read the answers, too. So the host must be one that this server goes by, and what changes something must
/// not come from another site. Programs other than browsers send none of the headers that this looks at but Host.
package struct BrowserRules: Sendable {
    private static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    private static let host = HTTPField.Name("Host")!

    /// As ``Authority/host`` has them.
    private let hosts: Set<String>

    /// - Parameters:
    ///   - ownHosts: what this server listens on and is registered as, besides loopback.
    ///   - allowedHosts: by which further names and addresses clients call it.
    /// - Throws: ``ShippyError`` `.usage` for an allowed host that is none.
    package init(ownHosts: [String] = [], allowedHosts: [String] = []) throws {
        let allowed = try allowedHosts.map { text in
            guard let host = Self.host(text) else {
                throw ShippyError(
                    .usage,
                    "--allowed-host \(text.quoted(limit: 80)) cannot be read: write a name or an address alone, such as shippy.example.com"
                )
            }
            return host
        }
        // What is listened on may have forms that no Host header has.
        hosts = Set(ownHosts.compactMap(Self.host) + allowed)
    }

    private static func host(_ text: String) -> String? {
        Authority.address(text[...]) ?? Authority(text[...])?.host
    }

    /// Why a request is not answered; nil where it is.
    ///
    /// - Parameter localAddress: the IP address that the connection came in on. It is a host of this server's, as no name can
    ///   stand behind it.
    package func refusal(of request: HTTPRequest, localAddress: @autoclosure () -> String?) -> ShippyError? {
        guard let text = request.authority, !text.isEmpty else {
            return ShippyError(.denied, "the request names no Host: send one, such as Host: localhost")
        }
        guard !request.headerFields.contains(Self.host) else {
            return ShippyError(.denied, "the request names more than one Host: send one")
        }
        guard let host = Authority(text[...]), isOurs(host, localAddress) else {
            return ShippyError(
                .denied,
                "Host \(text.quoted(limit: 80)) is not a name of this server: use localhost, or start it with --allowed-host and the name"
            )
        }
        switch request.method {
        case .get, .head, .options, .trace: return nil
        default: return crossSiteRefusal(of: request, at: host)
        }
    }

    private func isOurs(_ host: Authority, _ localAddress: () -> String?) -> Bool {
        host.isLoopback || hosts.contains(host.host) || localAddress().map(Authority.plain) == host.host
    }

    private func crossSiteRefusal(of request: HTTPRequest, at host: Authority) -> ShippyError? {
        if let site = request.headerFields[Self.secFetchSite] {
            guard site != "same-origin", site != "none" else { return nil }
            return ShippyError(.denied, "a page of another site may not do this (Sec-Fetch-Site: \(site.visiblyEscaped(limit: 40)))")
        }
        guard let origin = request.headerFields[.origin] else { return nil }
        guard !Self.isOrigin(origin, of: host) else { return nil }
        return ShippyError(.denied, "a page of another site may not do this (Origin: \(origin.visiblyEscaped(limit: 80)))")
    }

    /// A port that is not named is that of the origin's scheme.
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
