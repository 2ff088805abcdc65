/// How all stores write revocations.
extension Revocation.Subject {
    package var kind: String {
        switch self {
        case .session: "session"
        case .token: "token"
        case .user: "user"
        }
    }

    package var id: String {
        switch self {
        case .session(let id), .token(let id), .user(let id, _): id
        }
    }

    package var exceptSession: String? {
        if case .user(_, let session) = self { session } else { nil }
    }

    /// Reads what a store has written. An unknown kind is taken for a user's, which revokes the most.
    package init(kind: String, id: String, exceptSession: String?) {
        switch kind {
        case "session": self = .session(id)
        case "token": self = .token(id)
        default: self = .user(id, exceptSession: exceptSession)
        }
    }
}
