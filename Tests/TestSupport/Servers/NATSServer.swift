import Foundation
import Glibc
import Synchronization

/// A nats-server with a data directory of its own.
package final class NATSServer: Sendable {
    package let port: Int
    private let directory: TemporaryDirectory
    private let arguments: [String]
    private let namespace: Namespace?
    private let process: Mutex<ServerProcess?> = Mutex(nil)

    /// - Parameter arguments: further ones of nats-server; `-js` for JetStream is given unless `hasJetStream` is false.
    package static func start(
        hasJetStream: Bool = true, _ arguments: [String] = [], namespace: Namespace? = nil
    ) async throws -> NATSServer {
        let server = try NATSServer(hasJetStream: hasJetStream, arguments, namespace: namespace)
        try await server.restart()
        return server
    }

    private init(hasJetStream: Bool, _ arguments: [String], namespace: Namespace?) throws {
        self.namespace = namespace
        port = try FreePort.find()
        directory = try TemporaryDirectory()
        self.arguments = arguments + (hasJetStream ? ["-js", "-sd", directory("data")] : [])
    }

    private var host: String { namespace?.address ?? "127.0.0.1" }

    package var url: String { "nats://\(host):\(port)" }

    /// Starts it again where it was.
    package func restart() async throws {
        let server = try await ServerProcess.start(
            (namespace?.launcher ?? []) + ["/usr/bin/env", "nats-server", "-a", host, "-p", "\(port)"] + arguments, log: directory("log"))
        process.withLock { $0 = server }
        try await eventually("nats-server is ready: \(server.output.suffix(500))") { FreePort.isTaken(port, on: host) }
    }

    package func kill() async throws { try await process.withLock { $0 }?.end() }

    package func signal(_ signal: Int32) { process.withLock { $0 }?.signal(signal) }
}
