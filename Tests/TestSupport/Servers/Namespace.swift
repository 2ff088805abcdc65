import Foundation
import Glibc
import Synchronization

/// A network of its own, joined to this machine's by a cable that can be pulled.
package final class Namespace: Sendable {
    /// Making one takes root, and a kernel that lets it.
    package static func isAllowed() async throws -> Bool {
        guard getuid() == 0 else { return false }
        return try await run("ip netns list && unshare --net true") == 0
    }

    private static let count = Mutex(0)

    private let name: String
    private let cable: String
    private let outside: String
    /// The address of whatever listens inside.
    package let address: String

    package static func make() async throws -> Namespace {
        let namespace = Namespace()
        try await namespace.lay()
        return namespace
    }

    private init() {
        let number = Self.count.withLock { count in
            count += 1
            return count
        }
        let id = "\(getpid() % 100_000)-\(number)"
        name = "shippy-\(id)"
        cable = "sy\(id)"
        // A network of 198.18.0.0/15, which RFC 2544 keeps for tests.
        let network = "198.\(18 + getpid() % 2).\((getpid() / 2) % 256)"
        outside = "\(network).\(4 * number + 1)"
        address = "\(network).\(4 * number + 2)"
    }

    private func lay() async throws {
        let status = try await Self.run(
            """
            set -e
            ip netns add \(name)
            ip link add \(cable) type veth peer name eth0 netns \(name)
            ip addr add \(outside)/30 dev \(cable)
            ip -n \(name) addr add \(address)/30 dev eth0
            ip -n \(name) link set lo up
            ip -n \(name) link set eth0 up
            ip link set \(cable) up
            """)
        guard status == 0 else { throw NeverHappened(description: "no network namespace can be made") }
    }

    deinit {
        // Takes its end of the cable with it, and the cable the other end.
        let name = name
        Task { _ = try? await Self.run("ip netns del \(name)") }
    }

    /// Runs another program inside when it is put before its command.
    package var launcher: [String] { ["/usr/bin/env", "ip", "netns", "exec", name] }

    /// Packets are lost in both directions from now on, and no connection hears of it.
    package func cut() async throws { try await plug("ip -n \(name) link set eth0 down") }

    package func restore() async throws { try await plug("ip -n \(name) link set eth0 up") }

    private func plug(_ command: String) async throws {
        guard try await Self.run(command) == 0 else { throw NeverHappened(description: command) }
    }

    private static func run(_ script: String) async throws -> Int32 {
        try await Tool.run(["/bin/bash", "-c", "export PATH=$PATH:/usr/sbin; \(script)"])
    }
}
