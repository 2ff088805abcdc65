import Hummingbird
import ShippyCore
import ShippyRPC

/// The query of a list of users.
struct ListQuery {
    static let names = ["after", "email", "full", "limit", "match", "newest", "role", "since", "state", "until"]

    var filter: UserFilter
    /// The address of the one user to list.
    var email: String?
    var after: String?
    var limit = 100
    /// Whether the role, the state and whether the address is confirmed are told, too.
    var isFull = false

    /// - Throws: ``ShippyError`` `.invalid` that names the parameter.
    init(_ parameters: Parameters) throws {
        func value(_ name: String) -> String? { parameters[name[...]].map(String.init) }
        func time(_ name: String) throws -> Timestamp? {
            try value(name).map { text in
                guard let time = Timestamp(text) else {
                    throw ShippyError(
                        .invalid, "\(name) \(text.quoted(limit: 40)) is not a time: use one such as 2026-01-02T03:04:05Z", field: name)
                }
                return time
            }
        }
        filter = UserFilter(
            role: try value("role").map(AccessRole.init(requested:)), state: try value("state").map(UserState.init(requested:)),
            match: try value("match").map(UserMatch.init), since: try time("since"), until: try time("until"),
            newestFirst: try value("newest").map { try Self.flag($0, "newest") } ?? false)
        isFull = try value("full").map { try Self.flag($0, "full") } ?? false
        email = value("email")
        after = value("after")
        if let text = value("limit") {
            guard let limit = Int(text) else {
                throw ShippyError(.invalid, "limit \(text.quoted(limit: 40)) is not a number", field: "limit")
            }
            self.limit = limit
        }
    }

    /// `?newest` alone says it, too.
    static func flag(_ text: String, _ name: String) throws -> Bool {
        switch text {
        case "", "true": true
        case "false": false
        default: throw ShippyError(.invalid, "\(name) \(text.quoted(limit: 40)) is neither true nor false", field: name)
        }
    }
}
