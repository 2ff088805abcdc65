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

    /// What it has said since it was first started.
    package var log: String { (try? String(contentsOfFile: directory("log"), encoding: .utf8)) ?? "" }

    package func kill() async throws { try await process.withLock { $0 }?.end() }

    package func signal(_ signal: Int32) { process.withLock { $0 }?.signal(signal) }

    /// Keeps a copy of what a stream holds at this moment.
    package func saveMessages(of stream: String = "SHIPPY") async throws {
        try await kill()
        try? FileManager.default.removeItem(atPath: directory("saved"))
        try FileManager.default.copyItem(atPath: messages(of: stream), toPath: directory("saved"))
        try await restart()
    }

    /// Puts the copy back, as after a power cut that took the latest messages, while consumers are where they were.
    ///
    /// - Parameter meanwhile: runs before somebody else can have connected again; it is given a port of its own.
    package func restoreMessages(of stream: String = "SHIPPY", meanwhile: (Int) async throws -> Void = { _ in }) async throws {
        try await kill()
        try FileManager.default.removeItem(atPath: messages(of: stream))
        try FileManager.default.copyItem(atPath: directory("saved"), toPath: messages(of: stream))
        let other = try FreePort.find()
        let server = try await ServerProcess.start(["/usr/bin/env", "nats-server", "-a", host, "-p", "\(other)"] + arguments, log: directory("log"))
        try await eventually("nats-server is ready: \(server.output.suffix(500))") { FreePort.isTaken(other, on: host) }
        try await meanwhile(other)
        try await server.end()
        try await restart()
    }

    private func messages(of stream: String) -> String { directory("data/jetstream/$G/streams/\(stream)/msgs") }
}
