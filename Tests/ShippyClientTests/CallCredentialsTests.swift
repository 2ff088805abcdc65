import GRPCCore
import Glibc
import ShippyCore
import ShippyDiscovery
import ShippyRPC
import ShippyRPCClient
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@testable import ShippyClient

struct CallCredentialsTests {
    /// A service that keeps what callers show, and refuses some of it.
    private struct Doorkeeper: Pb_Notificator.ServiceProtocol {
        let shown: @Sendable ([String]) -> Void
        var refuses: @Sendable (String?) -> Bool = { _ in false }

        func sendEmail(
            request: ServerRequest<Pb_SendEmailRequest>, context: ServerContext
        ) async throws -> ServerResponse<Pb_SendEmailReply> {
            let values = Array(request.metadata[stringValues: "authorization"])
            shown(values)
            if refuses(values.first) { throw RPCError(code: .unauthenticated, message: "no") }
            return ServerResponse(message: .with { $0.id = "m1" })
        }
    }

    /// - Returns: what the service was shown, and the error of the call.
    private func send(
        _ credentials: CallCredentials, trusting users: Set<uid_t>? = nil, refuses: @escaping @Sendable (String?) -> Bool = { _ in false }
    ) async throws -> ([[String]], ShippyError?) {
        let shown = Mutex<[[String]]>([])
        var failure: ShippyError?
        let service = Doorkeeper(shown: { values in shown.withLock { $0.append(values) } }, refuses: refuses)
        try await Instances.serving("notificator", [service]) { balancer in
            let connections = users.map { Connections(trusted: $0) } ?? Connections()
            do {
                _ = try await NotificatorClient(balancer: balancer, connections: connections, credentials: credentials)
                    .send(to: "a@b", content: "x", requestID: "r")
            } catch let error as ShippyError {
                failure = error
            }
            await connections.close()
        }
        return (shown.withLock { $0 }, failure)
    }

    @Test func aTokenIsShownWithEachCall() async throws {
        let (shown, failure) = try await send(CallCredentials { _ in "t1" })
        #expect(shown == [["Bearer t1"]] && failure == nil)
    }

    @Test func withoutATokenNothingIsShown() async throws {
        let (shown, failure) = try await send(.none)
        #expect(shown == [[]] && failure == nil)
    }

    /// Its key may have been revoked, while the login lasts.
    @Test func aRefusedTokenIsReplacedOnce() async throws {
        let (shown, failure) = try await send(CallCredentials { $0 == nil ? "t1" : "t2" }, refuses: { $0 == "Bearer t1" })
        #expect(shown == [["Bearer t1"], ["Bearer t2"]] && failure == nil)
    }

    @Test func withoutAnotherTokenTheRefusalIsTheAnswer() async throws {
        for next in ["t1", nil] {
            let (shown, failure) = try await send(CallCredentials { $0 == nil ? "t1" : next }, refuses: { _ in true })
            #expect(shown == [["Bearer t1"]])
            #expect(failure?.code == .unauthenticated && failure?.message == "no")
        }
    }

    @Test func whoeverRefusesEveryTokenIsNotAskedForEver() async throws {
        let count = Mutex(0)
        let credentials = CallCredentials { _ in "t\(count.withLock { count in count += 1; return count })" }
        let (shown, failure) = try await send(credentials, refuses: { _ in true })
        #expect(shown.count == 2 && failure?.code == .unauthenticated)
    }

    // MARK: Connections that others can read

    private func safeguard(_ address: String, tls: String? = nil, isSecret: Bool = true, allowsInsecure: Bool = false) throws -> Safeguard {
        var instance = Samples.instance("users", address)
        instance.metadata[Instance.tlsMark] = tls
        return try Connections(allowsInsecure: allowsInsecure, trusted: [7]).safeguard(for: instance, isSecret: isSecret)
    }

    /// Whoever is at the other end, and whatever may be sent to other machines.
    @Test(arguments: ["127.0.0.1:1", "[::1]:1", "localhost:1"])
    func aSecretGoesToTrustedUsersOfThisMachineOnly(address: String) throws {
        for allowsInsecure in [false, true] {
            let safeguard = try safeguard(address, allowsInsecure: allowsInsecure)
            guard case .localUsers([7]) = safeguard else { throw NeverHappened(description: "\(safeguard)") }
        }
        guard case .none = try safeguard(address, isSecret: false) else { throw NeverHappened(description: "a safeguard without a secret") }
    }

    @Test(arguments: ["10.0.0.1:1", "db.example.com:1"])
    func aSecretGoesToOtherMachinesOnlyIfItIsEncrypted(address: String) throws {
        let error = #expect(throws: ShippyError.self) { try safeguard(address) }
        #expect(error?.code == .denied)
        guard case .none = try safeguard(address, allowsInsecure: true) else { throw NeverHappened(description: "a safeguard that is off") }
        guard case .encryption = try safeguard(address, tls: "server") else { throw NeverHappened(description: "no encryption") }
    }

    @Test func anotherUsersProcessGetsNothing() async throws {
        let (shown, failure) = try await send(CallCredentials { _ in "canary" }, trusting: [geteuid() + 1])
        #expect(shown.isEmpty)
        #expect(failure?.code == .denied)
        let message = failure?.message ?? ""
        #expect(message.contains("a process of \(SystemUser.name(of: geteuid())) answers there"), "\(message)")
        #expect(message.contains("--tls-cert") && !message.contains("canary"), "\(message)")
    }

    @Test func whoDoesNotAcceptTheConnectionGetsNothing() async throws {
        let listener = try SilentListener()
        try await Instances.registered("notificator", at: "127.0.0.1:\(listener.port)", in: TemporaryDirectory()) { balancer in
            let connections = Connections()
            let client = NotificatorClient(balancer: balancer, connections: connections, credentials: CallCredentials { _ in "canary" })
            let error = await #expect(throws: ShippyError.self) { _ = try await client.send(to: "a@b", content: "x", requestID: "r") }
            #expect(error?.code == .unavailable)
            #expect(error?.message.hasSuffix("it did not accept the connection within 2 s") == true, "\(error?.message ?? "")")
            await connections.close()
        }
    }

    @Test func nothingSecretIsSentInTheClear() async throws {
        let directory = try TemporaryDirectory()
        // An address for documentation, which nobody has (RFC 5737).
        try await Instances.registered("users", at: "192.0.2.1:1", in: directory) { balancer in
            let connections = Connections()
            let credentials = CallCredentials { _ in "canary" }
            let users = UsersClient(balancer: balancer, connections: connections, credentials: .none)
            let access = AccessClient(balancer: balancer, connections: connections, credentials: .none)
            let calls: [@Sendable () async throws -> Void] = [
                { _ = try await UsersClient(balancer: balancer, connections: connections, credentials: credentials).user("u1") },
                { _ = try await AccessClient(balancer: balancer, connections: connections, credentials: credentials).signingKeys() },
                { _ = try await users.create([CreateUser(email: "a@b", password: "canary")], requestID: "r") },
                { _ = try await users.change("u1", .password("canary"), requestID: "r") },
                { _ = try await access.logIn(email: "a@b", password: "canary", client: "", requestID: "r") },
                { _ = try await access.refresh("canary", requestID: "r") },
                { try await access.logOut("canary", requestID: "r") },
                { _ = try await access.createToken(name: "x", role: .reader, lifetime: nil, requestID: "r") },
            ]
            for call in calls {
                let error = await #expect(throws: ShippyError.self) { try await call() }
                #expect(error?.code == .denied, "\(error?.message ?? "")")
                #expect(error?.message.contains("192.0.2.1:1 is not encrypted") == true && error?.message.contains("canary") == false)
            }
            await connections.close()
        }
    }
}
