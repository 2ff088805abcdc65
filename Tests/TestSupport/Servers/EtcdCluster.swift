import Foundation

/// Several members of etcd that elect a leader among them.
package final class EtcdCluster: Sendable {
    /// Of the members, in their order.
    package let addresses: [String]
    private let directory: TemporaryDirectory
    private let members: [ServerProcess]

    /// Starts it, and waits until it has a leader.
    package static func start(of count: Int = 3) async throws -> EtcdCluster {
        let directory = try TemporaryDirectory()
        let addresses = try (0..<count).map { _ in "127.0.0.1:\(try FreePort.find())" }
        let peers = try (0..<count).map { _ in "http://127.0.0.1:\(try FreePort.find())" }
        let names = peers.enumerated().map { "m\($0)=\($1)" }.joined(separator: ",")
        var members: [ServerProcess] = []
        for place in 0..<count {
            let url = "http://\(addresses[place])"
            members.append(
                try await ServerProcess.start(
                    [
                        "/usr/bin/env", "etcd", "--name", "m\(place)", "--data-dir", directory("data\(place)"), "--listen-client-urls", url,
                        "--advertise-client-urls", url, "--listen-peer-urls", peers[place], "--initial-advertise-peer-urls", peers[place],
                        "--initial-cluster", names,
                    ], log: directory("log\(place)")))
        }
        let all = addresses.map { "http://\($0)" }.joined(separator: ",")
        try await eventually("the cluster is ready") {
            try await Tool.run(["/usr/bin/env", "ETCDCTL_API=3", "etcdctl", "--endpoints", all, "endpoint", "health"]) == 0
        }
        return EtcdCluster(addresses: addresses, directory: directory, members: members)
    }

    private init(addresses: [String], directory: TemporaryDirectory, members: [ServerProcess]) {
        self.addresses = addresses
        self.directory = directory
        self.members = members
    }

    package func signal(_ signal: Int32, member place: Int) { members[place].signal(signal) }

    package func kill() async throws {
        for member in members { try await member.end() }
    }
}
