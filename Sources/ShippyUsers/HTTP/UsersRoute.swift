import Foundation
import HTTPTypes
import Hummingbird
import ShippyAccess
import ShippyCore

/// The requested operation, by method and path.
enum UsersRoute: Hashable {
    /// The go-kit tutorial's `POST /create`.
    case create
    case createUser, listUsers
    case getUser(String), changeUser(String), deleteUser(String), disableUser(String), enableUser(String)
    case logIn, refresh, logOut, me
    case keys
    /// The go-micro tutorial's gateway and its user interface.
    case tutorialAuth, tutorialValidate, tutorialCall
    case wrongMethod(allowed: String)
    case unknown

    init(_ request: Request) {
        self.init(method: request.method, path: request.uri.path)
    }

    init(method: HTTPRequest.Method, path: String) {
        let prefix = "/api/v1/users/"
        if path.hasPrefix(prefix), path.count > prefix.count {
            self = .user(method, path.dropFirst(prefix.count))
            return
        }
        self = .only(method, of: Self.routes(of: path))
    }

    /// The routes of a path, by method.
    private static func routes(of path: String) -> [(method: HTTPRequest.Method, route: UsersRoute)] {
        switch path {
        case "/create": [(.post, .create)]
        case "/api/v1/users": [(.get, .listUsers), (.post, .createUser)]
        case "/api/v1/auth/login": [(.post, .logIn)]
        case "/api/v1/auth/refresh": [(.post, .refresh)]
        case "/api/v1/auth/logout": [(.post, .logOut)]
        case "/api/v1/auth/me": [(.get, .me)]
        case "/.well-known/jwks.json": [(.get, .keys)]
        case "/api/v1/auth": [(.post, .tutorialAuth)]
        case "/api/v1/validate": [(.post, .tutorialValidate)]
        case "/rpc": [(.post, .tutorialCall)]
        default: []
        }
    }

    private static func user(_ method: HTTPRequest.Method, _ rest: Substring) -> UsersRoute {
        let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
        let id = parts[0].removingPercentEncoding ?? String(parts[0])
        switch parts.dropFirst() {
        case []: return only(method, of: [(.delete, .deleteUser(id)), (.get, .getUser(id)), (.patch, .changeUser(id))])
        case ["disable"]: return only(method, of: [(.post, .disableUser(id))])
        case ["enable"]: return only(method, of: [(.post, .enableUser(id))])
        default: return .unknown
        }
    }

    /// The route of a path with this method.
    private static func only(_ method: HTTPRequest.Method, of routes: [(method: HTTPRequest.Method, route: UsersRoute)]) -> UsersRoute {
        if let found = routes.first(where: { $0.method == method }) { return found.route }
        return routes.isEmpty ? .unknown : .wrongMethod(allowed: routes.map(\.method.rawValue).joined(separator: ", "))
    }

    /// Method and path, for metrics, without any part that a client can choose.
    var label: String {
        switch self {
        case .create: "POST /create"
        case .createUser: "POST /api/v1/users"
        case .listUsers: "GET /api/v1/users"
        case .getUser: "GET /api/v1/users/{id}"
        case .changeUser: "PATCH /api/v1/users/{id}"
        case .deleteUser: "DELETE /api/v1/users/{id}"
        case .disableUser: "POST /api/v1/users/{id}/disable"
        case .enableUser: "POST /api/v1/users/{id}/enable"
        case .logIn: "POST /api/v1/auth/login"
        case .refresh: "POST /api/v1/auth/refresh"
        case .logOut: "POST /api/v1/auth/logout"
        case .me: "GET /api/v1/auth/me"
        case .keys: "GET /.well-known/jwks.json"
        case .tutorialAuth: "POST /api/v1/auth"
        case .tutorialValidate: "POST /api/v1/validate"
        case .tutorialCall: "POST /rpc"
        case .wrongMethod, .unknown: "other"
        }
    }

    /// What a caller must be allowed to do; nil where the body tells it, and where nothing is done.
    var operation: AccessOperation? {
        switch self {
        case .create: .tutorialCreate
        case .createUser: .signUp
        case .listUsers: .listUsers
        case .getUser: .getUser
        case .changeUser: .updateUser
        case .deleteUser: .deleteUser
        case .disableUser: .disableUser
        case .enableUser: .enableUser
        case .logIn: .logIn
        case .refresh: .refresh
        case .logOut: .logOut
        case .me: .readMyself
        case .keys: .readPublicKeys
        case .tutorialAuth: TutorialMethod.auth.operation
        case .tutorialValidate: TutorialMethod.validateToken.operation
        case .tutorialCall, .wrongMethod, .unknown: nil
        }
    }

    /// The ID or e-mail address of the user whom it is about.
    var user: String? {
        switch self {
        case .getUser(let user), .changeUser(let user), .deleteUser(let user), .disableUser(let user), .enableUser(let user): user
        default: nil
        }
    }
}
