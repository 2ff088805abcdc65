package import ShippyAccess
import ShippyCore
import ShippyRPC
import SwiftProtobuf

/// The go-micro tutorial's user service, without a transport.
package struct TutorialUsers: Sendable {
    /// What `GetAll` answers at most.
    private static let allLimit = 1000

    private let users: UsersService
    private let access: AccessService
    private let authenticator: Authenticator

    package init(users: UsersService, access: AccessService, authenticator: Authenticator) {
        self.users = users
        self.access = access
        self.authenticator = authenticator
    }

    /// A user who is created with a password gets a token, as in the last part of the tutorial.
    func create(_ message: Pb_User, by caller: Caller, requestID: String) async throws -> Pb_UserResponse {
        let password = message.password.isEmpty ? nil : message.password
        let created = try await users.create(
            CreateUser(email: message.email, name: message.name, company: message.company, password: password), by: caller, requestID: requestID)
        var response = Pb_UserResponse.with { $0.user = Pb_User(created.user) }
        if password != nil {
            let token = try await access.tutorialToken(forUser: created.user.id, by: caller, requestID: requestID)
            response.token = Pb_Token(valid: token)
        }
        return response
    }

    func get(_ message: Pb_User) async throws -> Pb_UserResponse {
        let user = try await users.user(message.idOrEmail)
        return .with { $0.user = Pb_User(user.user) }
    }

    /// The user whom a call in JSON is about. Only `Get` is about one.
    func targets(of method: TutorialMethod, json request: [UInt8]) throws -> [CallTarget] {
        method == .get ? [.user(try (Self.decoded(request) as Pb_User).idOrEmail)] : []
    }

    func getAll() async throws -> Pb_UserResponse {
        let page = try await users.users(.all, after: nil, limit: Self.allLimit)
        return .with { $0.users = page.map { Pb_User($0.user) } }
    }

    func auth(_ message: Pb_User, by caller: Caller, requestID: String) async throws -> Pb_Token {
        Pb_Token(
            valid: try await access.tutorialToken(email: message.email, password: message.password, by: caller, requestID: requestID))
    }

    /// - Throws: `.unauthenticated` for anything but a valid token of a user.
    func validate(_ message: Pb_Token, by caller: Caller) async throws -> Pb_Token {
        let found = try await authenticator.caller(PresentedCredentials(token: message.token, address: caller.address))
        guard case .user = found.identity else { throw ShippyError.invalidToken }
        return Pb_Token(valid: message.token)
    }

    /// Answers a request in the JSON of its protobuf message.
    func answer(_ method: TutorialMethod, json request: [UInt8], by caller: Caller, requestID: String) async throws -> [UInt8] {
        switch method {
        case .create: try await create(Self.decoded(request), by: caller, requestID: requestID).jsonUTF8Bytes()
        case .get: try await get(Self.decoded(request)).jsonUTF8Bytes()
        case .getAll: try await getAll().jsonUTF8Bytes()
        case .auth: try await auth(Self.decoded(request), by: caller, requestID: requestID).jsonUTF8Bytes()
        case .validateToken: try await validate(Self.decoded(request), by: caller).jsonUTF8Bytes()
        }
    }

    private static func decoded<Value: Message>(_ json: [UInt8]) throws -> Value {
        var options = JSONDecodingOptions()
        options.ignoreUnknownFields = true
        do {
            return try Value(jsonUTF8Bytes: json, options: options)
        } catch {
            throw ShippyError(.malformed, "the request is not a JSON object of strings")
        }
    }
}

extension Pb_Token {
    fileprivate init(valid text: String) {
        self = .with {
            $0.token = text
            $0.valid = true
        }
    }
}

extension Pb_User {
    /// The user whom a `Get` is about.
    var idOrEmail: String { id.isEmpty ? email : id }

    fileprivate init(_ user: User) {
        self = .with {
            $0.id = user.id
            $0.name = user.name
            $0.company = user.company
            $0.email = user.email.description
        }
    }
}
