import ShippyAccess
import ShippyCore
import Synchronization
import Testing

@Suite struct AccessGateTests {
    private static let ada = Caller(.user(id: "ada", session: "s"), role: .user, address: "")
    private static let admin = Caller(.token(id: "t"), role: .admin, address: "")

    /// Knows the tokens "ada", "admin" and "nobody", who has no role, and the users "ada" and "bob".
    private func gate(_ signUp: AccessRules.SignUp = .closed, asked: AskedFor = AskedFor()) -> AccessGate {
        AccessGate(
            AccessRules(mode: .token, signUp: signUp),
            find: { target in
                asked.add("\(target)")
                guard case .user(let id) = target, ["ada", "bob"].contains(id) else { return nil }
                return AccessRules.Target(userID: id, role: id == "bob" ? .operator : .user)
            },
            authenticate: { credentials in
                asked.add("\(credentials.token ?? "no token")")
                switch credentials.token {
                case nil: return .anonymous(from: credentials.address)
                case "ada": return Self.ada
                case "admin": return Self.admin
                case "operator": return Caller(.token(id: "o"), role: .operator, address: "")
                case "nobody": return Caller(.user(id: "ada", session: "s"), role: nil, address: "")
                default: throw ShippyError.invalidToken
                }
            })
    }

    /// What a gate asked for.
    private final class AskedFor: Sendable {
        private let asked = Mutex<[String]>([])

        var all: [String] { asked.withLock { $0 } }

        func add(_ text: String) { asked.withLock { $0.append(text) } }
    }

    private func refusal(_ gate: AccessGate, _ operation: AccessOperation, _ token: String?, _ users: String...) async -> ShippyError.Code? {
        do {
            _ = try await gate.admit(operation, PresentedCredentials(token: token, address: ""), requestID: "r") { users.map { .user($0) } }
            return nil
        } catch {
            return (error as? ShippyError)?.code
        }
    }

    /// Its token is refused everywhere within seconds, and must not seem to have too small a role until then.
    @Test func whoeverHasEndedTheirOwnSessionIsNobody() async {
        func refusal(_ session: String, _ token: String) async -> ShippyError.Code? {
            do {
                _ = try await gate().admit(.endSession, PresentedCredentials(token: token, address: ""), requestID: "r") { [.session(session)] }
                return nil
            } catch {
                return (error as? ShippyError)?.code
            }
        }
        #expect(await refusal("s", "ada") == .unauthenticated)
        #expect(await refusal("another", "ada") == .forbidden)
        #expect(await refusal("s", "operator") == nil)
    }

    /// The store knows the tokens, and may not answer.
    @Test(arguments: [AccessOperation.readLiveness, .checkHealth, .readInterface])
    func whatTellsNothingOfUsersLooksAtNoToken(operation: AccessOperation) async throws {
        let asked = AskedFor()
        let caller = try await gate(asked: asked).admit(operation, PresentedCredentials(token: "admin", address: "192.0.2.1"), requestID: "r")
        #expect(caller == .anonymous(from: "192.0.2.1"))
        #expect(asked.all.isEmpty)
    }

    @Test func whereNothingIsNeededATokenThatIsNotValidCountsAsNone() async throws {
        let gate = gate(.open)
        #expect(try await gate.admit(.signUp, PresentedCredentials(token: "admin", address: ""), requestID: "r") == Self.admin)
        #expect(try await gate.admit(.signUp, PresentedCredentials(token: "wrong", address: "a"), requestID: "r") == .anonymous(from: "a"))
        #expect(await refusal(gate, .listUsers, "wrong") == .unauthenticated)
    }

    /// Strangers do not even cause a look into the store.
    @Test func usersAreSearchedForOnlyForACallerWithAToken() async {
        let asked = AskedFor()
        for token in [nil, "wrong", "nobody"] { #expect(await refusal(gate(asked: asked), .getUser, token, "ada") == .unauthenticated) }
        #expect(asked.all == ["no token", "wrong", "nobody"])
    }

    @Test func aCallerMayDoItToEachOfTheUsers() async {
        #expect(await refusal(gate(), .endSession, "ada", "ada") == nil)
        #expect(await refusal(gate(), .endSession, "ada", "ada", "ada") == nil)
        #expect(await refusal(gate(), .endSession, "ada", "ada", "bob") == .forbidden)
        #expect(await refusal(gate(), .endSession, "ada", "bob", "ada") == .forbidden)
        #expect(await refusal(gate(), .endSession, "ada") == .forbidden)
        #expect(await refusal(gate(), .endSession, "ada", "nobody") == .forbidden)
        #expect(await refusal(gate(), .endSession, "operator", "bob", "nobody") == nil)
        // Without a user, they could be an admin.
        #expect(await refusal(gate(), .endSession, "operator") == .forbidden)
        #expect(await refusal(gate(), .endSession, "admin") == nil)
    }
}
