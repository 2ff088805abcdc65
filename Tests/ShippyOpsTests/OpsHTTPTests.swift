import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import ShippyAccess
import ShippyCore
import ShippyHTTPServer
import TestSupport
import Testing

@testable import ShippyOps

@Suite struct OpsHTTPTests {
    /// The status and the methods that are allowed, for the role that the token names.
    private func answer(
        _ method: HTTPRequest.Method, _ path: String, token: String? = nil, mode: AccessRules.Mode = .local
    ) async throws -> (status: Int, allow: String?) {
        let gate = AccessGate(AccessRules(mode: mode, signUp: .open), find: { _ in nil }) {
            Caller(.token(id: ""), role: $0.token.flatMap(AccessRole.init(rawValue:)), address: $0.address)
        }
        let health = Health(engines: [])
        health.setServing(true)
        let ops = OpsHTTP(health: health, metrics: Prometheus(), gate: gate, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {}
        var head = HTTPRequest(method: method, scheme: "http", authority: "localhost", path: path)
        head.headerFields[.authorization] = token.map { "Bearer \($0)" }
        let context = ConnectionContext(
            source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let response = await ops.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
        return (response.status.code, response.headers[.allow])
    }

    @Test func everyRouteAdmitsWhomTheTableAdmits() async throws {
        for mode in AccessRules.Mode.allCases {
            for route in OpsHTTP.routes.all {
                let operation = try #require(route.operation)
                for role in [nil] + AccessRole.allCases {
                    var expected = 200
                    do {
                        try AccessRules(mode: mode, signUp: .open).check(operation, by: Caller(.token(id: ""), role: role, address: ""))
                    } catch {
                        expected = error.code == .unauthenticated ? 401 : 403
                    }
                    let status = try await answer(route.method, route.path.text, token: role?.rawValue, mode: mode).status
                    #expect(status == expected, "\(route.label) by \(String(describing: role)) in \(mode)")
                }
            }
        }
    }

    @Test func aFaultIsLoggedUnderTheIDOfTheRequest() async throws {
        let log = LogRecord()
        let gate = AccessGate(AccessRules(mode: .token, signUp: .open), find: { _ in nil }) { _ in throw ShippyError(.failed, "the disk is on fire") }
        let ops = OpsHTTP(health: Health(engines: []), metrics: Prometheus(), gate: gate, logger: log.logger) {}
        var head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/metrics")
        head.headerFields[.requestID] = "r-42"
        let context = ConnectionContext(source: ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: log.logger))
        let response = await ops.respond(to: Request(head: head, body: RequestBody(buffer: ByteBuffer())), context: context)
        #expect(response.status == .internalServerError)
        #expect(log.lines == ["error request failed error=the disk is on fire request_id=r-42"])
    }

    @Test func probesMayUseHEADAndNothingElseIsAnswered() async throws {
        #expect(try await answer(.head, "/health/live").status == 200)
        let wrong = try await answer(.post, "/metrics")
        #expect(wrong.status == 405)
        #expect(wrong.allow == "GET, HEAD, OPTIONS")
        #expect(try await answer(.options, "/metrics").allow == "GET, HEAD, OPTIONS")
        #expect(try await answer(.get, "/health/ready?verbose").status == 200)
        #expect(try await answer(.get, "/health").status == 404)
    }
}
