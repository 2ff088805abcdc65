import GRPCCore
import ShippyClient
import ShippyCore
import ShippyRPC
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@Suite struct UsersClientTests {
    /// A users service that creates everyone, and keeps what it was asked for.
    private final class Recorded: Shippy_V1_Users.ServiceProtocol, Sendable {
        private let calls = Mutex<[(message: Shippy_V1_CreateRequest, requestIDs: [String])]>([])
        private let failure: RPCError?
        let deletions = Mutex(0)

        private let isIncomplete: Bool

        init(failure: RPCError? = nil, isIncomplete: Bool = false) {
            self.failure = failure
            self.isIncomplete = isIncomplete
        }

        var all: [Shippy_V1_CreateRequest] { calls.withLock { $0.map(\.message) } }

        var requestIDs: [String] { calls.withLock { $0.flatMap(\.requestIDs) } }

        func create(
            request: ServerRequest<Shippy_V1_CreateRequest>, context: ServerContext
        ) async throws -> ServerResponse<Shippy_V1_CreateReply> {
            calls.withLock { $0.append((request.message, Array(request.metadata[stringValues: HeaderName.requestIDMetadata]))) }
            if let failure { throw failure }
            let outcomes = request.message.users.map { Shippy_V1_Outcome(.success(CreatedUser(user: Samples.user($0.email), isNew: true))) }
            return ServerResponse(message: .with { $0.outcomes = isIncomplete ? outcomes.dropLast() : outcomes })
        }

        func get(request: ServerRequest<Shippy_V1_GetRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_UserRecord> {
            if isIncomplete { return ServerResponse(message: Shippy_V1_UserRecord()) }
            throw RPCError(code: .unimplemented, message: "")
        }

        func list(request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_ListReply> {
            throw RPCError(code: .unimplemented, message: "")
        }

        func count(request: ServerRequest<Shippy_V1_ListRequest>, context: ServerContext) async throws -> ServerResponse<Shippy_V1_CountReply> {
            throw RPCError(code: .unimplemented, message: "")
        }

        func change(
            request: ServerRequest<Shippy_V1_ChangeRequest>, context: ServerContext
        ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
            throw RPCError(code: .unimplemented, message: "")
        }

        func delete(
            request: ServerRequest<Shippy_V1_DeleteRequest>, context: ServerContext
        ) async throws -> ServerResponse<Shippy_V1_UserRecord> {
            deletions.withLock { $0 += 1 }
            throw RPCError(code: .unavailable, message: "the connection was lost")
        }
    }

    private func create(_ requests: [CreateUser], at services: [Recorded]) async throws -> [Result<CreatedUser, ShippyError>] {
        var outcomes: [Result<CreatedUser, ShippyError>] = []
        try await Instances.serving("users", services) { balancer in
            let connections = Connections()
            outcomes = try await UsersClient(balancer: balancer, connections: connections, credentials: .none).create(requests, requestID: "r1")
            await connections.close()
        }
        return outcomes
    }

    /// Another version may answer, or something else at the service's address: nobody may take that for success.
    @Test func anIncompleteAnswerIsAnError() async throws {
        try await Instances.serving("users", [Recorded(isIncomplete: true)]) { balancer in
            let connections = Connections()
            let client = UsersClient(balancer: balancer, connections: connections, credentials: .none)
            for call in [{ _ = try await client.create([CreateUser(email: "a@b")], requestID: "r") }, { _ = try await client.user("u1") }] {
                let error = await #expect(throws: ShippyError.self) { try await call() }
                #expect(error?.message.contains("incomplete answer") == true)
            }
            await connections.close()
        }
    }

    @Test func theTextOfAPeerIsSafeToShow() async throws {
        let service = Recorded(failure: RPCError(code: .internalError, message: "\u{1b}]0;x\u{7}\nshippy: created user\u{202e}"))
        try await Instances.serving("users", [service]) { balancer in
            let connections = Connections()
            let error = await #expect(throws: ShippyError.self) {
                try await UsersClient(balancer: balancer, connections: connections, credentials: .none)
                    .create([CreateUser(email: "a@b")], requestID: "r")
            }
            #expect(error?.message.unicodeScalars.allSatisfy { !$0.isUnsafeToShow && $0 != "\n" } == true, "\(error?.message ?? "")")
            await connections.close()
        }
    }

    /// It may have been carried out, and another one would say that there is no such user.
    @Test func aDeletionWithoutAnAnswerIsNotRepeated() async throws {
        let services = [Recorded(), Recorded()]
        try await Instances.serving("users", services) { balancer in
            let connections = Connections()
            let client = UsersClient(balancer: balancer, connections: connections, credentials: .none)
            let error = await #expect(throws: ShippyError.self) { try await client.delete("u1", requestID: "r") }
            #expect(error?.code == .unavailable)
            await connections.close()
        }
        #expect(services.map { service in service.deletions.withLock { $0 } }.reduce(0, +) == 1)
    }

    @Test func aCreationKeepsItsRequestIDOnTheWay() async throws {
        let service = Recorded()
        #expect(try await create([CreateUser(email: "ada@example.com")], at: [service]).count == 1)
        #expect(service.requestIDs == ["r1"])
    }

    /// The first one may have created the user before its answer was lost.
    @Test func anotherInstanceIsAskedUnderTheSameKey() async throws {
        let down = RPCError(code: .unavailable, message: "down")
        let services = [Recorded(failure: down), Recorded()]
        // Whichever has its turn first: in the end the one that fails has been asked.
        for _ in 0..<20 where services[0].all.isEmpty {
            #expect(try await create([CreateUser(email: "ada@example.com")], at: services).count == 1)
        }
        let keys = [services[0].all.last, services[1].all.last].map { $0?.users.first?.idempotencyKey ?? "" }
        #expect(!keys[0].isEmpty)
        #expect(keys[0] == keys[1])
    }

    @Test func keysAreGivenOnlyWhereTheyAreMissing() async throws {
        let service = Recorded()
        _ = try await create(
            [
                CreateUser(email: "a@x"), CreateUser(email: "b@x", idempotencyKey: "mine"), CreateUser(email: "c@x"),
                CreateUser(email: "d@x", onConflict: .keepExisting),
            ], at: [service])
        let users = service.all.flatMap(\.users)
        #expect(!users[0].idempotencyKey.isEmpty)
        #expect(users[1].idempotencyKey == "mine")
        #expect(!users[2].idempotencyKey.isEmpty && users[2].idempotencyKey != users[0].idempotencyKey)
        #expect(!users[3].hasIdempotencyKey)
    }

    @Test func usersAreSentInMessagesThatAServiceTakes() async throws {
        let service = Recorded()
        let requests = (0..<200).map { CreateUser(email: "u\($0)@example.com", name: String(repeating: "n", count: 1000)) }
        let outcomes = try await create(requests, at: [service])
        #expect(try outcomes.map { try $0.get().user.email.description } == requests.map(\.email))
        #expect(service.all.count > 1 && service.all.count < 10)
        for message in service.all { #expect(try message.serializedData().count <= MessageLimit.bytes) }
    }

    @Test func aUserThatIsTooLargeFailsAlone() async throws {
        let requests = [
            CreateUser(email: "a@example.com"), CreateUser(email: "b@example.com", name: String(repeating: "n", count: 70_000)),
            CreateUser(email: "c@example.com"),
        ]
        let outcomes = try await create(requests, at: [Recorded()])
        #expect(outcomes.map { (try? $0.get())?.user.email.description } == ["a@example.com", nil, "c@example.com"])
        guard case .failure(let error)? = outcomes.dropFirst().first else { return }
        #expect(error.code == .tooLarge)
    }
}
