package import ShippyCore

/// Who makes a call, as far as it is known.
package struct Caller: Hashable, Sendable {
    package enum Identity: Hashable, Sendable {
        case anonymous
        case user(id: String, session: String)
        /// A token for programs.
        case token(id: String)
        case certificate(name: String)
        /// Whoever can read the installation's secret.
        case owner
        /// A service, by itself.
        case service
    }

    package var identity: Identity
    /// nil for an anonymous caller.
    package var role: AccessRole?
    /// The IP address; empty if there is none.
    package var address: String
    /// How the call came; nil if it is not known.
    package var way: CallWay?

    package init(_ identity: Identity, role: AccessRole?, address: String, way: CallWay? = nil) {
        self.way = way
        self.identity = identity
        self.role = role
        self.address = address
    }

    /// - Parameter address: the IP address; empty if there is none.
    package static func anonymous(from address: String) -> Caller {
        Caller(.anonymous, role: nil, address: address)
    }

    /// nil for a caller who is not a user.
    package var userID: String? { if case .user(let id, _) = identity { id } else { nil } }

    /// The session of a user; nil for others, and for a token without one.
    package var sessionID: String? { if case .user(_, let session) = identity, !session.isEmpty { session } else { nil } }

    /// What the store has to check before this caller changes who may do what; nil for a caller whose right is not in the store.
    package var authority: Authority? {
        switch identity {
        case .anonymous, .certificate, .owner, .service: nil
        case .token(let id): .token(id: id)
        // A token of the tutorials may have no session.
        case .user(let id, ""): .user(id: id, role: role ?? .user)
        case .user(let id, let session): .session(id: session, userID: id, role: role ?? .user)
        }
    }

    /// As in ``AuditEntry/actor``.
    package var actor: String {
        switch identity {
        case .anonymous: "anonymous"
        case .user(let id, _): "user:\(id)"
        case .token(let id): "token:\(id)"
        case .certificate(let name): "certificate:\(name)"
        case .owner: "owner"
        case .service: "service"
        }
    }
}
