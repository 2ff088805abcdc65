import HTTPTypes
package import Hummingbird
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

    package init(health: Health, metrics: Prometheus, gate: AccessGate, collect: @escaping @Sendable () async -> Void) {
        self.health = health
        self.metrics = metrics
        self.gate = gate
        self.collect = collect
    }

    package func respond(to request: Request, context: Context) async -> Response {
        do {
            return try await answer(request, context.credentials(of: request))
        } catch {
            let error = ShippyError.wrapping(error)
            return .problem(error.forClients(requestID: ""), status: error.httpStatus)
        }
    }

    private func answer(_ request: Request, _ credentials: PresentedCredentials) async throws -> Response {
        switch request.uri.path {
        case "/health/live":
            return text(.ok, "live\n")
        case "/health/ready":
            _ = try await gate.admit(.readReadiness, credentials)
            let report = await health.check()
            return text(report.isReady ? .ok : .serviceUnavailable, report.text)
        case "/metrics":
            _ = try await gate.admit(.readMetrics, credentials)
            await collect()
            return text(.ok, metrics.text, contentType: "text/plain; version=0.0.4; charset=utf-8")
        default:
            return text(.notFound, "no such path: try /health/live, /health/ready or /metrics\n")
        }
    }

    private func text(_ status: HTTPResponse.Status, _ text: String, contentType: String = "text/plain; charset=utf-8") -> Response {
        Response(status: status, headers: [.contentType: contentType], body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
