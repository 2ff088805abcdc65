import GRPCCore
import Logging
import ShippyAccess
import ShippyCore
import ShippyRPCServer
import TestSupport
import Testing

@Suite struct CallHarnessTests {
    private static let method = MethodDescriptor(fullyQualifiedService: "pb.Test", method: "Test")

    /// Admits everybody as who they say they are: the token is a role.
    private static let gate = AccessGate(AccessRules(mode: .local, signUp: .open), find: { _ in nil }) { credentials in
        guard let token = credentials.token else { return .anonymous(from: credentials.address) }
        guard let role = AccessRole(rawValue: token) else { throw ShippyError.invalidToken }
        return Caller(.token(id: token), role: role, address: credentials.address)
    }

    /// - Parameter log: where it logs; nil for nowhere.
    /// - Parameters:
    ///   - declared: the operations of the method; nil for only this one.
    ///   - chosen: the one that the method says the request is.
    private func answer<Reply: Sendable>(
        _ operation: AccessOperation = .signUp, _ metadata: Metadata = [:], log: LogRecord? = nil, declared: [AccessOperation]? = nil,
        chosen: AccessOperation? = nil,
        _ body: @escaping @Sendable (AdmittedCall) async throws -> Reply
    ) async throws -> Reply {
        let logger = log?.logger ?? Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let harness = CallHarness(service: "test", [Self.method: declared ?? [operation]], gate: Self.gate, logger: logger)
        return try await answer(by: harness, metadata, chosen: chosen, body)
    }

    private func answer<Reply: Sendable>(
        by harness: CallHarness, _ metadata: Metadata = [:], chosen: AccessOperation? = nil,
        _ body: @escaping @Sendable (AdmittedCall) async throws -> Reply
    ) async throws -> Reply {
        try await withServerContextRPCCancellationHandle { (cancellation) async throws -> Reply in
            let context = ServerContext(
                descriptor: Self.method, remotePeer: "ipv4:192.0.2.1:5000",
                localPeer: "ipv4:127.0.0.1:80", cancellation: cancellation)
            return try await harness.answer(ServerRequest(metadata: metadata, message: 1), context, as: chosen) { _, call in
                try await body(call)
            }.message
        }
    }

    private func answer(to error: any Error & Sendable, log: LogRecord? = nil) async throws -> RPCError {
        try await #require(throws: RPCError.self) { _ = try await answer(log: log) { _ -> Int in throw error } }
    }

    @Test(arguments: [
        (ShippyError.Code.malformed, RPCError.Code.invalidArgument), (.invalid, .invalidArgument), (.conflict, .alreadyExists),
        (.notFound, .notFound),
        (.tooLarge, .resourceExhausted), (.overloaded, .resourceExhausted), (.limited, .resourceExhausted), (.unavailable, .unavailable),
        (.failed, .internalError),
        (.unauthenticated, .unauthenticated), (.forbidden, .permissionDenied), (.denied, .internalError),
    ])
    func aClientSeesTheCode(code: ShippyError.Code, expected: RPCError.Code) async throws {
        let error = try await answer(to: ShippyError(code, "why"))
        #expect(error.code == expected)
        #expect(Array(error.metadata[stringValues: "shippy-error-code"]) == (expected == .resourceExhausted ? [code.rawValue] : []))
    }

    @Test func anOverloadedServiceSaysWhenToComeBack() async throws {
        let error = try await answer(to: ShippyError(.overloaded, "too much waits", retryAfter: .seconds(3)))
        #expect(error.code == .resourceExhausted)
        #expect(error.message == "too much waits")
        #expect(Array(error.metadata[stringValues: "grpc-retry-pushback-ms"]) == ["3000"])
    }

    /// Every call fails then, and most with the same error.
    @Test func anOutageDoesNotFillTheLog() async throws {
        let log = LogRecord()
        let harness = CallHarness(service: "test", [Self.method: [.signUp]], gate: Self.gate, logger: log.logger)
        for text in Array(repeating: "the store is away", count: 200) + ["the bus is away"] {
            await #expect(throws: RPCError.self) { try await answer(by: harness) { _ -> Int in throw ShippyError(.unavailable, text) } }
        }
        // One a second, however slow this machine is.
        #expect(log.lines.count < 100)
        #expect(log.lines.first?.contains("the store is away") == true && log.lines.last?.contains("the bus is away") == true)
    }

    @Test func aServiceThatShutsDownSaysSoAndLogsNoFault() async throws {
        let log = LogRecord()
        let error = try await answer(to: ShippyError.shuttingDown("users"), log: log)
        #expect(error.code == .unavailable)
        #expect(error.message.contains("the users service is shutting down"))
        #expect(Array(error.metadata[stringValues: "grpc-retry-pushback-ms"]) == ["1000"])
        #expect(log.levels == [])
        _ = try await answer(to: ShippyError(.unavailable, "away"), log: log)
        #expect(log.levels == [.error])
    }

    @Test func whatWasCutShortIsNoFault() async throws {
        let error = try await answer(to: CancellationError())
        #expect(error.code == .resourceExhausted)
        #expect(error.message.contains("cancelled"))
    }

    @Test func aClientNamesItsRequest() async throws {
        func id(_ metadata: Metadata) async throws -> String {
            try await answer(.signUp, metadata) { $0.requestID }
        }
        #expect(try await id(["x-request-id": "r1"]) == "r1")
        #expect(try await id(["x-request-id": "not safe in a log\n"]).count == 36)
        #expect(try await id([:]).count == 36)
    }

    @Test func aCallIsPartOfItsClientsTrace() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        func current(_ metadata: Metadata) async throws -> String {
            try await answer(.signUp, metadata) { _ in Trace.current?.description ?? "none" }
        }
        #expect(try await current(["traceparent": "\(trace)"]) == trace)
        #expect(try await current([:]) == "none")
        // Two of them are as good as one that cannot be read.
        var two: Metadata = ["traceparent": "\(trace)"]
        two.addString(trace, forKey: "traceparent")
        for metadata in [two, ["traceparent": "x"]] {
            let new = try await current(metadata)
            #expect(new != trace && new.hasSuffix("-00"))
        }
    }

    @Test(arguments: [
        ["authorization": "Bearer reader"], ["authorization": "bearer reader"], ["authorization": "reader"], ["token": "reader"],
        ["Authorization": "Bearer reader"],
    ])
    func aTokenIsTakenWhereverTheTutorialsSendIt(metadata: [String: String]) async throws {
        var sent = Metadata()
        for (key, value) in metadata { sent.addString(value, forKey: key) }
        let caller = try await answer(.listUsers, sent) { $0.caller }
        #expect(caller == Caller(.token(id: "reader"), role: .reader, address: "192.0.2.1", way: .grpc))
    }

    @Test func whoMayNotCallIsToldSoAndNothingIsDone() async throws {
        func refusal(_ metadata: Metadata) async throws -> RPCError.Code {
            try await #require(throws: RPCError.self) { try await answer(.deleteUser, metadata) { _ in Issue.record("it was carried out") } }.code
        }
        #expect(try await refusal([:]) == .unauthenticated)
        #expect(try await refusal(["token": "wrong"]) == .unauthenticated)
        #expect(try await refusal(["token": "reader"]) == .permissionDenied)
    }

    /// A method that names none of its operations could be called by anybody.
    @Test(
        arguments: [
            ([], nil), ([], .signUp), ([.getUser, .signUp], nil), ([.getUser], .signUp), ([.getUser, .listUsers], .signUp),
        ] as [([AccessOperation], AccessOperation?)])
    func aMethodMustBeOneOfItsOperations(declared: [AccessOperation], chosen: AccessOperation?) async throws {
        let log = LogRecord()
        let error = try await #require(throws: RPCError.self) {
            try await answer(.signUp, ["token": "admin"], log: log, declared: declared, chosen: chosen) { _ in Issue.record("it was carried out") }
        }
        #expect(error.code == .internalError)
        #expect(log.levels == [.error])
    }

    @Test func aMethodWithSeveralOperationsIsCheckedForTheOneThatItIs() async throws {
        func refusal(_ chosen: AccessOperation, _ token: String) async -> RPCError.Code? {
            do {
                try await answer(.signUp, ["token": "\(token)"], declared: [.signUp, .importUsers, .setRole], chosen: chosen) { _ in }
                return nil
            } catch { return (error as? RPCError)?.code }
        }
        #expect(await refusal(.signUp, "user") == nil)
        #expect(await refusal(.importUsers, "user") == .permissionDenied)
        #expect(await refusal(.importUsers, "operator") == nil)
        #expect(await refusal(.setRole, "operator") == .permissionDenied)
        #expect(await refusal(.setRole, "admin") == nil)
    }
}
