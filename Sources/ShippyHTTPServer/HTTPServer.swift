package import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle
package import ShippyCore
package import ShippyTLS

/// An HTTP server with the parts that all of shippy's ports share: limits, browser rules and shutdown.
package struct HTTPServer<Responder: HTTPResponder>: Service where Responder.Context == ConnectionContext {
    private let address: HostPort
    private let responder: Responder
    private let rules: BrowserRules
    private let limits: HTTPLimits
    private let drain: Drain
    private let tls: ServerTLS?
    private let onListening: @Sendable (_ port: Int) -> Void

    /// - Parameters:
    ///   - drain: once it has begun, answers have `Connection: close`, so that clients send their next request elsewhere.
    ///   - tls: encrypts every connection; nil for none.
    ///   - onListening: called with the port once it is bound. For port 0, the system chooses it.
    package init(
        address: HostPort, responder: Responder, rules: BrowserRules, limits: HTTPLimits, drain: Drain,
        tls: ServerTLS? = nil, onListening: @escaping @Sendable (_ port: Int) -> Void
    ) {
        self.address = address
        self.responder = responder
        self.rules = rules
        self.limits = limits
        self.drain = drain
        self.tls = tls
        self.onListening = onListening
    }

    /// Serves until graceful shutdown completes.
    /// - Throws: `IOError` if the address cannot be bound.
    package func run() async throws {
        var logger = Logger(label: "http")
        logger.logLevel = .critical
        let connections = HTTPConnections(limit: limits.connections)
        let guarded = GuardedResponder(responder, rules: rules)
        let application = Application(
            responder: guarded,
            server: HTTPServerBuilder { [limits, drain, tls] _ in
                ServedConnections(guarded, connections: connections, limits: limits, drain: drain, tls: tls)
            },
            configuration: ApplicationConfiguration(address: .hostname(address.host, port: address.port), backlog: 1024),
            onServerRunning: { [address, onListening] channel in onListening(channel.localAddress?.port ?? address.port) },
            logger: logger)
        let loop = application.eventLoopGroup.any()
        try await withGracefulShutdownHandler {
            try await application.run()
        } onGracefulShutdown: { [limits] in
            // Cancels the requests that have not finished.
            loop.scheduleTask(in: limits.drainTime) { connections.cancelAll() }
        }
    }
}
