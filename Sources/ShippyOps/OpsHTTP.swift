import HTTPTypes
package import Hummingbird
package import Logging
import NIOCore
package import ShippyAccess
import ShippyCore
package import ShippyHTTPServer

/// Health and metrics, on a separate port.
package struct OpsHTTP: HTTPResponder {
    package typealias Context = ConnectionContext

    private let health: Health
    private let metrics: Prometheus
    private let gate: AccessGate
    /// Updates gauges that need a query. Called only when metrics are requested.
    private let collect: @Sendable () async -> Void
    private let failures = RefusalLog()
    private let logger: Logger

    package init(health: Health, metrics: Prometheus, gate: AccessGate, logger: Logger, collect: @escaping @Sendable () async -> Void) {
        self.health = health
        self.metrics = metrics
        self.gate = gate
        self.logger = logger
        self.collect = collect
    }

    /// Probes and scrapers may add parameters of their own.
    static let routes = HTTPRoutes<OpsHTTP>([
        HTTPRoute(.get, "/health/live", .readLiveness, query: nil, OpsHTTP.readLiveness),
        HTTPRoute(.get, "/health/ready", .readReadiness, query: nil, OpsHTTP.readReadiness),
        HTTPRoute(.get, "/metrics", .readMetrics, query: nil, OpsHTTP.readMetrics),
    ])

    package func respond(to request: Request, context: Context) async -> Response {
        let match = Self.routes.match(request.method, request.uri.path)
        if case .unknownPath = match { return text(.notFound, "no such path: try /health/live, /health/ready or /metrics\n") }
        let requestID = RequestID.accept(request.headers[.requestID])
        do {
            return try await Self.routes.answer(
                request, to: match, by: self, gate: gate, credentials: context.credentials(of: request), requestID: requestID)
        } catch {
            let error = ShippyError.wrapping(error)
            failures.logFailure(error, requestID: requestID, to: logger)
            return .problem(error.forClients(requestID: requestID), status: error.httpStatus)
        }
    }

    func readLiveness(_ call: HTTPCall) async -> Response {
        text(.ok, "live\n")
    }

    func readReadiness(_ call: HTTPCall) async -> Response {
        let report = await health.check()
        return text(report.isReady ? .ok : .serviceUnavailable, report.text)
    }

    func readMetrics(_ call: HTTPCall) async -> Response {
        await collect()
        return text(.ok, metrics.text, contentType: "text/plain; version=0.0.4; charset=utf-8")
    }

    private func text(_ status: HTTPResponse.Status, _ text: String, contentType: String = "text/plain; charset=utf-8") -> Response {
        Response(status: status, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
