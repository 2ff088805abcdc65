import GRPCCore
import ShippyAccess
import ShippyCore
import ShippyRPC
import ShippyRPCServer
import SwiftProtobuf
import Testing

@testable import ShippyApp
@testable import ShippyUsers

/// Every method of every gRPC service, on both ports, under each of its names, called by everybody.
@Suite struct MethodWalkTests {
    /// A user whom a call is about.
    private struct Subject {
        var user: User
        var role: AccessRole
        var session: String

        var target: AccessRules.Target { AccessRules.Target(userID: user.id, role: role) }
    }

    /// A request of an operation. One that is admitted changes nobody's tokens.
    private struct Sample {
        let operation: AccessOperation
        var isAboutUser = false
        let message: @Sendable (Subject) -> any Message

        static func about(_ operation: AccessOperation, _ message: @escaping @Sendable (Subject) -> any Message) -> Sample {
            Sample(operation: operation, isAboutUser: true, message: message)
        }

        static func of(_ operation: AccessOperation, _ message: @escaping @Sendable () -> any Message) -> Sample {
            Sample(operation: operation) { _ in message() }
        }
    }

    private static let samples: [String: [Sample]] = [
        "shippy.v1.Users/Create": [
            .of(.signUp) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.email = "\(UUIDv7.next())@example.com" }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.init(), .init()] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.noWelcome = true }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.keepExisting = true }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest() },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.id = UUIDv7.next() }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.createdAt = 1 }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.passwordHash = "x" }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.role = "user" }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.state = "disabled" }] } },
            .of(.importUsers) { Shippy_V1_CreateRequest.with { $0.users = [.with { $0.confirmed = false }] } },
            .of(.setRole) { Shippy_V1_CreateRequest.with { $0.users = [.init(), .with { $0.role = "reader" }] } },
        ],
        "shippy.v1.Users/Get": [.about(.getUser) { subject in Shippy_V1_GetRequest.with { $0.idOrEmail = subject.user.id } }],
        "shippy.v1.Users/List": [.of(.listUsers) { Shippy_V1_ListRequest.with { $0.limit = 1 } }],
        "shippy.v1.Users/Count": [.of(.listUsers) { Shippy_V1_ListRequest() }],
        "shippy.v1.Users/Change": [
            .about(.updateUser) { subject in change(subject) { $0.change = .details(.with { $0.name = "Ada" }) } },
            .about(.updateUser) { subject in change(subject) { $0.change = nil } },
            .about(.setPassword) { subject in change(subject) { $0.change = .password("x") } },
            .about(.disableUser) { subject in change(subject) { $0.change = .disabled(true) } },
            .about(.enableUser) { subject in change(subject) { $0.change = .disabled(false) } },
            .about(.setRole) { subject in change(subject) { $0.change = .role(subject.role.rawValue) } },
        ],
        "shippy.v1.Users/Delete": [.about(.deleteUser) { subject in Shippy_V1_DeleteRequest.with { $0.idOrEmail = subject.user.id } }],

        "shippy.v1.Access/LogIn": [.of(.logIn) { Shippy_V1_LogInRequest() }],
        "shippy.v1.Access/Refresh": [.of(.refresh) { Shippy_V1_RefreshRequest() }],
        "shippy.v1.Access/LogOut": [.of(.logOut) { Shippy_V1_LogOutRequest() }],
        "shippy.v1.Access/MailLink": [
            .about(.mailLink) { subject in
                Shippy_V1_MailLinkRequest.with {
                    $0.user = subject.user.id
                    $0.purpose = "reset-password"
                }
            }
        ],
        "shippy.v1.Access/RequestLink": [
            .of(.requestLink) {
                Shippy_V1_RequestLinkRequest.with {
                    $0.email = "ada@example.com"
                    $0.purpose = "confirm-address"
                }
            }
        ],
        "shippy.v1.Access/WhoAmI": [.of(.readMyself) { Shippy_V1_WhoAmIRequest() }],
        "shippy.v1.Access/ListSessions": [
            .about(.listSessions) { subject in
                Shippy_V1_ListSessionsRequest.with {
                    $0.user = subject.user.id
                    $0.limit = 1
                }
            },
            .of(.listSessions) { Shippy_V1_ListSessionsRequest.with { $0.limit = 1 } },
        ],
        "shippy.v1.Access/EndSessions": [
            .about(.endSession) { subject in Shippy_V1_EndSessionsRequest.with { $0.ids = [subject.session] } },
            .about(.endSession) { subject in Shippy_V1_EndSessionsRequest.with { $0.ids = [subject.session, subject.session] } },
        ],
        "shippy.v1.Access/CreateToken": [
            .of(.createToken) {
                Shippy_V1_CreateTokenRequest.with {
                    $0.name = "walk"
                    $0.role = "user"
                }
            }
        ],
        "shippy.v1.Access/ListTokens": [.of(.listTokens) { Shippy_V1_ListTokensRequest.with { $0.limit = 1 } }],
        "shippy.v1.Access/EndToken": [.of(.endToken) { Shippy_V1_EndTokenRequest.with { $0.id = UUIDv7.next() } }],
        "shippy.v1.Access/ListKeys": [.of(.listKeys) { Shippy_V1_ListKeysRequest() }],
        "shippy.v1.Access/RotateKeys": [.of(.rotateKey) { Shippy_V1_RotateKeysRequest() }],
        "shippy.v1.Access/RevokeKey": [.of(.revokeKey) { Shippy_V1_RevokeKeyRequest.with { $0.id = "none" } }],
        "shippy.v1.Access/ListAudit": [.of(.readAudit) { Shippy_V1_ListAuditRequest.with { $0.limit = 1 } }],

        "pb.UserService/Create": [.of(.tutorialCreate) { Pb_User.with { $0.email = "\(UUIDv7.next())@example.com" } }],
        "pb.UserService/Get": [
            .about(.tutorialGet) { subject in Pb_User.with { $0.id = subject.user.id } },
            .about(.tutorialGet) { subject in Pb_User.with { $0.email = subject.user.email.description } },
        ],
        "pb.UserService/GetAll": [.of(.tutorialGetAll) { Pb_GetAllRequest() }],
        "pb.UserService/Auth": [.of(.tutorialAuth) { Pb_User() }],
        "pb.UserService/ValidateToken": [.of(.tutorialValidateToken) { Pb_Token() }],
        "grpc.health.v1.Health/Check": [.of(.checkHealth) { Grpc_Health_V1_HealthCheckRequest() }],
        "pb.Notificator/SendEmail": [.of(.tutorialSendEmail) { Pb_SendEmailRequest() }],
    ]

    private static func change(_ subject: Subject, _ edit: (inout Shippy_V1_ChangeRequest) -> Void) -> Shippy_V1_ChangeRequest {
        .with {
            $0.idOrEmail = subject.user.id
            edit(&$0)
        }
    }

    /// Who calls: what they show, and who they are to the rules.
    private struct Client {
        let name: String
        /// Nil for nothing.
        let token: String?
        let caller: Caller
        /// The user with this token; nil if nobody has it, as a token for a program.
        var user: Subject?
    }

    private static func clients(_ test: ServicesUnderTest) async throws -> [Client] {
        let access = test.services.access
        var clients = [Client(name: "anonymous", token: nil, caller: .anonymous(from: ""))]
        for role in AccessRole.allCases {
            let user = try await test.createUser(role)
            let token = try await test.token(of: user)
            let caller = try await access.authenticator.caller(PresentedCredentials(token: token, address: ""))
            #expect(caller.role == role)
            let subject = Subject(user: user, role: role, session: "")
            clients.append(Client(name: "a user in the role \(role)", token: token, caller: caller, user: subject))
            let program = try await access.service.createToken(name: "t", role: role, lifetime: nil, by: test.owner, requestID: "r")
            clients.append(
                Client(name: "a program in the role \(role)", token: program.text, caller: Caller(.token(id: ""), role: role, address: "")))
        }
        let disabled = try await test.createUser(.admin)
        let token = try await test.token(of: disabled)
        _ = try await test.services.users.change(disabled.id, .disable, by: test.owner, requestID: "r")
        try await access.state.refresh()
        clients.append(Client(name: "a disabled admin", token: token, caller: .anonymous(from: "")))
        clients.append(Client(name: "nobody's token", token: "wrong", caller: .anonymous(from: "")))
        clients.append(Client(name: "the owner", token: OwnerToken.make(access.state.secret, at: .now), caller: test.owner))
        return clients
    }

    @Test func aMethodWithoutARuleDoesNotExist() async throws {
        let test = try await ServicesUnderTest()
        for service in test.ports.flatMap(\.self) { #expect(service.methods == type(of: service).operations.methods, "\(type(of: service))") }
        await test.close()
    }

    @Test(arguments: AccessRules.Mode.allCases, AccessRules.SignUp.allCases)
    func everyMethodAdmitsWhomTheTableAdmits(mode: AccessRules.Mode, signUp: AccessRules.SignUp) async throws {
        let test = try await ServicesUnderTest(mode: mode, signUp: signUp)
        let clients = try await Self.clients(test)
        for services in test.ports {
            let transport = DirectTransport(services: services.names) { calls in
                for service in services {
                    for method in service.methods.sorted() { try await walk(service, method, clients, test, calls) }
                }
                try await askForWhatIsNotServed(clients, calls)
            }
            try await GRPCServer(transport: transport, services: services).serve()
        }
        await test.close()
    }

    /// Calls a method under all its names, with all its samples, as everybody.
    private func walk(
        _ service: any GuardedService, _ method: String, _ clients: [Client], _ test: ServicesUnderTest, _ calls: DirectTransport.Calls
    ) async throws {
        let operations = type(of: service).operations[method]
        let samples = Self.samples[method] ?? []
        #expect(!operations.isEmpty, "\(method) has no rule")
        #expect(Set(samples.map(\.operation)) == Set(operations), "add a sample of each operation of \(method)")
        for sample in samples {
            for client in clients {
                // Nothing else reads the revocations, and tokens are refused when that was too long ago.
                try await test.services.access.state.refresh()
                for subject in try await subjects(of: sample, client, test) {
                    for path in paths(of: service, method) {
                        let message: [UInt8] = try sample.message(subject).serializedBytes()
                        let status = await calls.status(path, client.token.map { ["authorization": "Bearer \($0)"] } ?? [:], message)
                        expect(status, of: sample, by: client, on: subject, test.services.access.gate.rules, path)
                    }
                }
            }
        }
    }

    /// A user, an administrator, and the caller.
    private func subjects(of sample: Sample, _ client: Client, _ test: ServicesUnderTest) async throws -> [Subject] {
        var subjects: [Subject] = []
        for role in sample.isAboutUser ? [AccessRole.user, .admin] : [.user] {
            subjects.append(try await subject(test.createUser(role), role, test))
        }
        // Somebody who may do everything to themselves would not come further than this.
        if sample.isAboutUser, let oneself = client.user, oneself.role == .user {
            subjects.append(try await subject(oneself.user, oneself.role, test))
        }
        return subjects
    }

    private func subject(_ user: User, _ role: AccessRole, _ test: ServicesUnderTest) async throws -> Subject {
        let token = try await test.token(of: user)
        let caller = try await test.services.access.authenticator.caller(PresentedCredentials(token: token, address: ""))
        guard case .user(_, let session) = caller.identity else { throw ShippyError.invalidToken }
        return Subject(user: user, role: role, session: session)
    }

    /// The names of a method on the wire.
    private func paths(of service: any GuardedService, _ method: String) -> [String] {
        let (own, name) = (method.prefix { $0 != "/" }, method.drop { $0 != "/" })
        let others = type(of: service).names.filter { $0.value == own }.keys.sorted()
        return ["/\(method)"] + others.flatMap { ["/\($0)\(name)", "/any.name.\($0)\(name)"] }
    }

    private func expect(
        _ status: Status, of sample: Sample, by client: Client, on subject: Subject, _ rules: AccessRules, _ path: String
    ) {
        let what = "\(path) (\(sample.operation)) by \(client.name) on \(subject.role), \(rules): \(status)"
        do {
            try rules.check(sample.operation, by: client.caller, on: sample.isAboutUser ? subject.target : nil)
        } catch {
            #expect(status.code == (error.code == .unauthenticated ? .unauthenticated : .permissionDenied), "\(what)")
            return
        }
        // It got as far as the request, which may contain a wrong credential of its own.
        #expect(![.permissionDenied, .unimplemented, .internalError, .unknown].contains(status.code), "\(what)")
        #expect(status.code != .unauthenticated || rules.requirement(of: sample.operation) == .nothing, "\(what)")
    }

    private func askForWhatIsNotServed(_ clients: [Client], _ calls: DirectTransport.Calls) async throws {
        for path in [
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            "/grpc.health.v1.Health/Watch", "/any.name.Health/Check", "/shippy.v1.Users/Nothing", "/any.Users/Get",
        ] {
            for client in clients {
                let status = await calls.status(path, client.token.map { ["authorization": "Bearer \($0)"] } ?? [:], [])
                #expect(status.code == .unimplemented, "\(path) by \(client.name)")
            }
        }
    }
}
