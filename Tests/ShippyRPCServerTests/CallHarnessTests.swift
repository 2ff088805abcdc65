import GRPCCore
import Logging
import ShippyCore
import ShippyRPCServer
import Synchronization
import Testing

/// A log that keeps the level of each line.
private final class LogRecord: LogHandler {
    private let lines = Mutex<[Logger.Level]>([])

    var levels: [Logger.Level] { lines.withLock { $0 } }

    func log(event: LogEvent) { lines.withLock { $0.append(event.level) } }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
}

@Suite struct CallHarnessTests {
    private let harness = CallHarness(service: "test", logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    private func request(_ metadata: Metadata = [:]) -> ServerRequest<Int> { ServerRequest(metadata: metadata, message: 1) }

    private func answer(to error: any Error) async throws -> RPCError {
        try await #require(throws: RPCError.self) { _ = try await harness.answer("pb.Test/Test", request()) { _, _ -> Int in throw error } }
    }

    @Test(arguments: [
        (ShippyError.Code.malformed, RPCError.Code.invalidArgument), (.invalid, .invalidArgument), (.conflict, .alreadyExists),
        (.notFound, .notFound),
        (.tooLarge, .resourceExhausted), (.overloaded, .resourceExhausted), (.unavailable, .unavailable), (.failed, .internalError),
    ])
    func aClientSeesTheCode(code: ShippyError.Code, expected: RPCError.Code) async throws {
        #expect(try await answer(to: ShippyError(code, "why")).code == expected)
    }

    @Test func anOverloadedServiceSaysWhenToComeBack() async throws {
        let error = try await answer(to: ShippyError(.overloaded, "too much waits", retryAfter: .seconds(3)))
        #expect(error.code == .resourceExhausted)
        #expect(error.message == "too much waits")
        #expect(Array(error.metadata[stringValues: "grpc-retry-pushback-ms"]) == ["3000"])
    }

    @Test func aServiceThatShutsDownSaysSoAndLogsNoFault() async throws {
        let log = LogRecord()
        let harness = CallHarness(service: "test", logger: Logger(label: "test") { _ in log })
        let error = try await #require(throws: RPCError.self) {
            _ = try await harness.answer("pb.Test/Test", request()) { _, _ -> Int in throw ShippyError.shuttingDown("users") }
        }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("the users service is shutting down"))
        #expect(Array(error.metadata[stringValues: "grpc-retry-pushback-ms"]) == ["1000"])
        #expect(log.levels == [])
        _ = try? await harness.answer("pb.Test/Test", request()) { _, _ -> Int in throw ShippyError(.unavailable, "away") }
        #expect(log.levels == [.error])
    }

    @Test func whatWasCutShortIsNoFault() async throws {
        let error = try await answer(to: CancellationError())
        #expect(error.code == .resourceExhausted)
        #expect(error.message.contains("cancelled"))
    }

    @Test func aClientNamesItsRequest() async throws {
        func id(_ metadata: Metadata) async throws -> String {
            try await harness.answer("pb.Test/Test", request(metadata)) { _, requestID in requestID }.message
        }
        #expect(try await id(["x-request-id": "r1"]) == "r1")
        #expect(try await id(["x-request-id": "not safe in a log\n"]).count == 36)
        #expect(try await id([:]).count == 36)
    }
}
