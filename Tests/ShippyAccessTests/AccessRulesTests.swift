import ShippyCore
import Testing

@testable import ShippyAccess

struct AccessRulesTests {
    /// The table of the documentation, written down once more.
    private static let demands: [AccessOperation: (local: Requirement, token: Requirement)] = [
        .tutorialCreate: (.nothing, .nothing), .tutorialGet: (.nothing, .oneselfOr(.reader)), .tutorialGetAll: (.nothing, .role(.reader)),
        .tutorialAuth: (.nothing, .nothing), .tutorialValidateToken: (.nothing, .nothing), .tutorialSendEmail: (.nothing, .role(.operator)),
        .signUp: (.nothing, .nothing), .importUsers: (.role(.operator), .role(.operator)),
        .getUser: (.oneselfOr(.reader), .oneselfOr(.reader)), .listUsers: (.role(.reader), .role(.reader)),
        .updateUser: (.oneselfOr(.operator), .oneselfOr(.operator)), .setPassword: (.oneselfOr(.operator), .oneselfOr(.operator)),
        .disableUser: (.role(.operator), .role(.operator)), .enableUser: (.role(.operator), .role(.operator)),
        .deleteUser: (.role(.operator), .role(.operator)), .setRole: (.role(.admin), .role(.admin)),
        .mailLink: (.oneselfOr(.operator), .oneselfOr(.operator)),
        .logIn: (.nothing, .nothing), .refresh: (.nothing, .nothing), .logOut: (.nothing, .nothing), .readMyself: (.token, .token),
        .changeOwnPassword: (.token, .token),
        .confirmAddress: (.nothing, .nothing), .requestLink: (.nothing, .nothing), .resetPassword: (.nothing, .nothing),
        .listSessions: (.oneselfOr(.reader), .oneselfOr(.reader)), .endSession: (.oneselfOr(.operator), .oneselfOr(.operator)),
        .createToken: (.role(.admin), .role(.admin)), .listTokens: (.role(.reader), .role(.reader)), .endToken: (.role(.admin), .role(.admin)),
        .listKeys: (.role(.reader), .role(.reader)), .rotateKey: (.role(.admin), .role(.admin)), .revokeKey: (.role(.admin), .role(.admin)),
        .readPublicKeys: (.nothing, .nothing), .readAudit: (.role(.reader), .role(.reader)),
        .checkHealth: (.nothing, .nothing), .readInterface: (.nothing, .nothing),
        .readLiveness: (.nothing, .nothing), .readReadiness: (.nothing, .role(.reader)), .readMetrics: (.nothing, .role(.reader)),
    ]

    private let target = AccessRules.Target(userID: "7", role: .user)

    private func refusal(_ rules: AccessRules, _ operation: AccessOperation, _ caller: Caller, _ target: AccessRules.Target?) -> ShippyError.Code? {
        do {
            try rules.check(operation, by: caller, on: target)
            return nil
        } catch {
            return error.code
        }
    }

    private func caller(_ role: AccessRole?, id: String = "1") -> Caller {
        Caller(role == nil ? .anonymous : .user(id: id, session: "s"), role: role, address: "127.0.0.1")
    }

    /// A new operation without a line in this table fails, too.
    @Test(arguments: AccessOperation.allCases, AccessRules.Mode.allCases)
    func eachOperationLetsInWhomTheTableNamesAndNobodyElse(operation: AccessOperation, mode: AccessRules.Mode) throws {
        let demands = try #require(Self.demands[operation], "add the operation to this table and to docs/access.md")
        for signUp in AccessRules.SignUp.allCases {
            let rules = AccessRules(mode: mode, signUp: signUp)
            var demand = mode == .local ? demands.local : demands.token
            if signUp == .closed, operation == .signUp || operation == .tutorialCreate { demand = .role(.operator) }
            #expect(rules.requirement(of: operation) == demand)
            for role in [nil] + AccessRole.allCases.map(Optional.some) {
                let (other, oneself): (ShippyError.Code?, ShippyError.Code?)
                switch demand {
                case .nothing: (other, oneself) = (nil, nil)
                case .token: (other, oneself) = role == nil ? (.unauthenticated, .unauthenticated) : (nil, nil)
                case .role(let least):
                    other = role.map { $0 >= least ? nil : .forbidden } ?? .unauthenticated
                    oneself = other
                case .oneselfOr(let least):
                    other = role.map { $0 >= least ? nil : .forbidden } ?? .unauthenticated
                    oneself = role == nil ? .unauthenticated : nil
                }
                #expect(refusal(rules, operation, caller(role), target) == other, "\(operation) by \(String(describing: role))")
                #expect(refusal(rules, operation, caller(role, id: "7"), target) == oneself, "\(operation) by \(String(describing: role)) oneself")
            }
        }
    }

    @Test func whereNothingElseCanBeReachedTheTutorialsMethodsAndHealthAreOpenAndTheRestIsNot() {
        let rules = AccessRules(mode: .local, signUp: .open)
        let open = AccessOperation.allCases.filter { refusal(rules, $0, caller(nil), target) == nil }
        #expect(
            Set(open) == [
                .tutorialCreate, .tutorialGet, .tutorialGetAll, .tutorialAuth, .tutorialValidateToken, .tutorialSendEmail, .signUp, .logIn, .refresh,
                .logOut, .confirmAddress, .requestLink, .resetPassword, .readPublicKeys, .readLiveness, .readReadiness, .readMetrics,
                .checkHealth, .readInterface,
            ])
    }

    /// What contains its own credential is open: a password, a refresh token, a token of a mail, a token to validate.
    @Test func onANetworkOnlyWhatTellsNothingOfUsersAndOpenSignUpWantNoCredential() {
        let own: Set<AccessOperation> = [
            .tutorialAuth, .tutorialValidateToken, .logIn, .refresh, .logOut, .confirmAddress, .requestLink, .resetPassword,
        ]
        for signUp in AccessRules.SignUp.allCases {
            let rules = AccessRules(mode: .token, signUp: signUp)
            let open = Set(AccessOperation.allCases.filter { refusal(rules, $0, caller(nil), target) == nil })
            let harmless: Set<AccessOperation> = [.readLiveness, .checkHealth, .readInterface, .readPublicKeys]
            #expect(open.subtracting(own) == (signUp == .open ? harmless.union([.signUp, .tutorialCreate]) : harmless))
        }
    }

    @Test(arguments: AccessOperation.allCases.filter(AccessRules.changesUser), AccessRole.allCases)
    func nobodyChangesAUserOfALargerRole(operation: AccessOperation, role: AccessRole) {
        let rules = AccessRules(mode: .token, signUp: .open)
        for targetRole in AccessRole.allCases where targetRole > role {
            #expect(refusal(rules, operation, caller(role), AccessRules.Target(userID: "7", role: targetRole)) == .forbidden)
        }
        // One whose role is not known may be an admin.
        #expect(refusal(rules, operation, caller(role), AccessRules.Target(userID: "7")) == (role == .admin ? nil : .forbidden))
        #expect(refusal(rules, operation, caller(role), nil) == (role == .admin ? nil : .forbidden))
    }

    @Test func anOperatorMayChangeAnOperatorAndAReaderMayReadAnAdmin() {
        let rules = AccessRules(mode: .token, signUp: .open)
        #expect(refusal(rules, .updateUser, caller(.operator), AccessRules.Target(userID: "7", role: .operator)) == nil)
        #expect(refusal(rules, .getUser, caller(.reader), AccessRules.Target(userID: "7", role: .admin)) == nil)
        #expect(refusal(rules, .listSessions, caller(.reader), AccessRules.Target(userID: "7", role: .admin)) == nil)
    }

    @Test func aTokenForProgramsIsNobodysOwn() {
        let rules = AccessRules(mode: .token, signUp: .open)
        for identity in [.token(id: "7"), .certificate(name: "7"), .anonymous] as [Caller.Identity] {
            let caller = Caller(identity, role: .user, address: "")
            #expect(refusal(rules, .getUser, caller, target) == .forbidden)
        }
        #expect(refusal(rules, .setRole, Caller(.owner, role: .admin, address: ""), target) == nil)
        // A user without a role is nobody.
        #expect(refusal(rules, .getUser, Caller(.user(id: "7", session: ""), role: nil, address: ""), target) == .unauthenticated)
    }

    @Test func aRefusalNamesTheRoleThatIsNeeded() {
        let rules = AccessRules(mode: .token, signUp: .closed)
        let error = #expect(throws: ShippyError.self) { try rules.check(.signUp, by: caller(.reader)) }
        #expect(error?.message.contains("operator") ?? false)
        #expect(error?.message.contains("reader") ?? false)
        #expect(error.map { $0.forClients(requestID: "") == $0 } ?? false)
    }

    @Test func namesOfOperationsDifferAndThoseOfChangesAreTheAudits() {
        #expect(Set(AccessOperation.allCases.map(\.rawValue)).count == AccessOperation.allCases.count)
        #expect(AccessOperation.allCases.allSatisfy { $0.rawValue.wholeMatch(of: #/[a-z]+\.[a-z-]+/#) != nil })
    }
}
