package import ShippyCore

/// The tokens that a command identifies itself with. Their text never appears in any output.
package struct Credentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// From logging in; each use replaces it.
    package var refreshToken: String?
    /// The last one got for it, which may have run out.
    package var accessToken: String?
    /// When to get the next access token, by this machine's clock; nil for at once.
    package var renewAt: Timestamp?
    /// Where the services are that gave these two, as ``Configuration/servicesPlace``. They are shown nowhere else.
    package var place: String?
    /// Made for a program, instead of logging in.
    package var apiToken: String?

    package init(
        refreshToken: String? = nil, accessToken: String? = nil, renewAt: Timestamp? = nil, place: String? = nil, apiToken: String? = nil
    ) {
        self.refreshToken = refreshToken
        self.accessToken = accessToken
        self.renewAt = renewAt
        self.place = place
        self.apiToken = apiToken
    }

    package var isEmpty: Bool { self == Credentials() }

    /// `login`, `API token`, or both.
    package var description: String {
        let kinds = [refreshToken != nil || accessToken != nil ? "login" : nil, apiToken != nil ? "API token" : nil].compactMap { $0 }
        return kinds.isEmpty ? "none" : kinds.joined(separator: ", ")
    }

    package var debugDescription: String { description }

    /// Without the tokens, so that no dump contains them.
    package var customMirror: Mirror { Mirror(self, children: ["kinds": description]) }
}
