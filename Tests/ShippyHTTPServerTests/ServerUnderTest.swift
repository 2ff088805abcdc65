import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import ShippyCore
import ShippyHTTPServer
import ShippyTLS
import Synchronization
import TestSupport

/// An HTTP server whose answers the test writes, on a free port of this machine.
final class ServerUnderTest: Sendable {
    typealias Answer = @Sendable (_ request: Request) async throws -> Response
    typealias AnswerInContext = @Sendable (_ request: Request, _ context: ConnectionContext) async throws -> Response

    let address: String
    let drain = Drain()
    private let group: ServiceGroup
    private let serving: Task<Void, any Error>

    convenience init(limits: HTTPLimits = HTTPLimits(), rules: BrowserRules? = nil, _ answer: @escaping Answer) async throws {
        try await self.init(limits: limits, rules: rules, inContext: { request, _ in try await answer(request) })
    }

    init(
        limits: HTTPLimits = HTTPLimits(), rules: BrowserRules? = nil, tls: ServerTLS? = nil, inContext answer: @escaping AnswerInContext
    ) async throws {
        let port = Mutex<Int?>(nil)
        let server = HTTPServer(
            address: HostPort(host: "127.0.0.1", port: 0), responder: CallbackResponder(callback: answer), rules: try rules ?? BrowserRules(),
            limits: limits, drain: drain, tls: tls, onListening: { bound in port.withLock { $0 = bound } })
        let group = ServiceGroup(services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.group = group
        serving = Task { try await group.run() }
        address = "127.0.0.1:\(try await eventually("it listens") { port.withLock { $0 } })"
    }

    func beginGracefulShutdown() async {
        drain.begin()
        await group.triggerGracefulShutdown()
    }

    /// Returns once the server has ended.
    func ended() async throws { try await serving.value }

    func stop() async throws {
        await beginGracefulShutdown()
        try await ended()
    }
}

extension RawConnection {
    /// Waits for an answer to what was sent.
    func answer() async throws -> String {
        var text = ""
        return try await eventually("an answer comes, after \(text)") {
            text += received()
            return text.contains("\r\n\r\n") ? text : nil
        }
    }

    /// Waits for the end of the connection.
    func everything() async throws -> String {
        var text = ""
        return try await eventually("the connection ends, after \(text)") {
            text += received()
            return isAtEnd ? text : nil
        }
    }
}
