import Hummingbird
import NIOCore
import ServiceLifecycle
import ShippyCore
import ShippyHTTPServer

/// An HTTP server as a service of the group.
struct HTTPListener<Responder: HTTPResponder>: Service where Responder.Context == ConnectionContext {
    let endpoint: Endpoint
    let address: HostPort
    let responder: Responder
    let shared: ListenerOptions
    let opened: OpenEndpoints

    func run() async throws {
        let server = HTTPServer(
            address: address, responder: responder, rules: shared.rules, limits: HTTPLimits(connections: shared.connections), drain: shared.drain,
            tls: shared.tls
        ) { [endpoint, address, opened] port in
            opened.add(endpoint, at: HostPort(host: address.host, port: port))
        }
        do {
            try await server.run()
        } catch let error as IOError {
            throw ShippyError.cannotListen(on: address, of: endpoint, errno: error.errnoCode)
        }
    }
}
