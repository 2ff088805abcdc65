import HTTPTypes
package import Hummingbird
import NIOCore
import ShippyCore
package import ShippyHTTPServer

/// Health and metrics, on a separate port.
package struct OpsHTTP: HTTPResponder {
    package typealias Context = ConnectionContext

    private let health: Health
    private let metrics: Prometheus
    /// Updates gauges that need a query. Called only when metrics are requested.
    private let collect: @Sendable () async -> Void

    package init(health: Health, metrics: Prometheus, collect: @escaping @Sendable () async -> Void) {
        self.health = health
        self.metrics = metrics
        self.collect = collect
    }

    package func respond(to request: Request, context: Context) async -> Response {
        switch request.uri.path {
        case "/health/live":
            return text(.ok, "live\n")
        case "/health/ready":
            let report = await health.check()
            return text(report.isReady ? .ok : .serviceUnavailable, report.text)
        case "/metrics":
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
