import Foundation

/// Three nats-servers that are one cluster.
package final class NATSCluster: Sendable {
    package let servers: [NATSServer]

    package static func start() async throws -> NATSCluster {
        let routes = try (0..<3).map { _ in try FreePort.find() }
        let all = routes.map { "nats://127.0.0.1:\($0)" }.joined(separator: ",")
        var servers: [NATSServer] = []
        for (number, route) in routes.enumerated() {
            servers.append(
                try await NATSServer.start([
                    "-n", name(number), "--cluster_name", "cluster-\(routes[0])", "--cluster", "nats://127.0.0.1:\(route)", "--routes", all,
                ]))
        }
        return NATSCluster(servers)
    }

    private init(_ servers: [NATSServer]) {
        self.servers = servers
    }

    private static func name(_ number: Int) -> String { "node-\(number)" }

    package var urls: [String] { servers.map(\.url) }

    /// The server that leads a stream, as another one than `except` says.
    package func leader(of stream: String = "SHIPPY") async throws -> Int {
        try await eventually("\(stream) has a leader") {
            for server in servers {
                guard let client = try? PlainNATS(port: server.port), let info = try? await client.request("$JS.API.STREAM.INFO.\(stream)"),
                    let leader = (info["cluster"] as? [String: Any])?["leader"] as? String
                else { continue }
                return (0..<3).first { Self.name($0) == leader }
            }
            return nil
        }
    }

    package func stop() async throws {
        for server in servers { try await server.kill() }
    }
}
