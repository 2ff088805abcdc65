import Logging
import ShippyAccess
import ShippyConfiguration
import ShippyCore
import ShippyOps
import ShippyRPCServer
import TestSupport

@testable import ShippyApp
@testable import ShippyUsers

/// The services of a process as the program composes them, on embedded engines, without listeners.
struct ServicesUnderTest {
    let services: Services
    private let engines: Engines
    private let directory: TemporaryDirectory
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let owner = Caller(.owner, role: .admin, address: "")

    init(mode: AccessRules.Mode = .local, signUp: AccessRules.SignUp = .open) async throws {
        directory = try TemporaryDirectory()
        let configuration = try Configuration(
            SettingSources(
                flags: [
                    "home": directory("home"), "access": mode.rawValue, "sign-up": signUp.rawValue, "bcrypt-cost": "10", "mail-domain": "localhost",
                ],
                environment: [:]))
        engines = try Engines.open(configuration)
        let secret = try await Access.secret(configuration, store: engines.store, logger: logger)
        services = try Services(configuration, secret: secret, engines: engines, logger: logger)
        try await services.access.state.refresh()
        try await services.access.state.refresh()
    }

    /// What each gRPC port answers.
    var ports: [[any GuardedService]] { [services.usersGRPC(health, logger), services.notificatorGRPC(health, logger)] }
    let health = Health(engines: [])

    func close() async {
        await services.close()
        await engines.close()
    }

    func createUser(_ role: AccessRole = .user) async throws -> User {
        let request = CreateUser(email: "\(UUIDv7.next())@example.com", name: "", company: "", password: nil, idempotencyKey: nil)
        let user = try await services.users.create(request, by: owner, requestID: "r").user
        guard role != .user else { return user }
        let changed = try await services.users.change(user.id, .role(role), by: owner, requestID: "r")
        // A session of the same millisecond would count as one that the change has ended.
        let end = Timestamp.now
        try await eventually("the next millisecond has begun") { Timestamp.now > end }
        return changed.user
    }

    /// An access token of a new session.
    func token(of user: User) async throws -> String {
        try await services.access.service.tutorialToken(forUser: user.id, by: owner, requestID: "r")
    }
}
