import Foundation
import Synchronization

/// An etcd with a data directory of its own.
package final class EtcdServer: Sendable {
    package let port: Int
    private let peerPort: Int
    private let namespace: Namespace?
    /// Files of a certificate and its key, for TLS.
    private let certificate: (path: String, key: String)?
    private let arguments: [String]
    private let directory: TemporaryDirectory
    private let process: Mutex<ServerProcess?> = Mutex(nil)

    /// - Parameter arguments: more of them for etcd.
    package static func start(_ arguments: [String] = [], namespace: Namespace? = nil) async throws -> EtcdServer {
        let server = try EtcdServer(arguments, namespace: namespace, certificate: nil)
        try await server.restart()
        return server
    }

    package static func start(certificate: String, key: String) async throws -> EtcdServer {
        let server = try EtcdServer([], namespace: nil, certificate: (certificate, key))
        try await server.restart()
        return server
    }

    private init(_ arguments: [String], namespace: Namespace?, certificate: (path: String, key: String)?) throws {
        self.arguments = arguments
        self.namespace = namespace
        self.certificate = certificate
        port = try FreePort.find()
        peerPort = try FreePort.find()
        directory = try TemporaryDirectory()
    }

    package var address: String { "\(namespace?.address ?? "127.0.0.1"):\(port)" }

    private var url: String { "\(certificate == nil ? "http" : "https")://\(address)" }

    /// Only `root` with this password may do anything from now on.
    package func requirePassword(_ password: String) async throws {
        for arguments in [["user", "add", "root:\(password)"], ["user", "grant-role", "root", "root"], ["auth", "enable"]] {
            guard try await control(arguments) == 0 else { throw NeverHappened(description: "etcdctl \(arguments)") }
        }
    }

    /// Starts it again where it was.
    package func restart() async throws {
        let server = try await ServerProcess.start(
            (namespace?.launcher ?? []) + [
                "/usr/bin/env", "etcd", "--data-dir", directory("data"), "--listen-client-urls", url, "--advertise-client-urls",
                url, "--listen-peer-urls", "http://127.0.0.1:\(peerPort)", "--initial-advertise-peer-urls",
                "http://127.0.0.1:\(peerPort)", "--initial-cluster", "default=http://127.0.0.1:\(peerPort)",
            ] + (certificate.map { ["--cert-file", $0.path, "--key-file", $0.key] } ?? []) + arguments, log: directory("log"))
        process.withLock { $0 = server }
        try await eventually("etcd is ready: \(server.output.suffix(500))") { try await control("endpoint", "health") == 0 }
    }

    package func kill() async throws { try await process.withLock { $0 }?.end() }

    package func signal(_ signal: Int32) { process.withLock { $0 }?.signal(signal) }

    /// Forgets all changes up to `revision`.
    package func compact(_ revision: Int64) async throws {
        guard try await control("compact", "\(revision)") == 0 else { throw NeverHappened(description: "etcdctl compact") }
    }

    package func put(_ key: String, _ value: String) async throws {
        guard try await control("put", key, value) == 0 else { throw NeverHappened(description: "etcdctl put") }
    }

    package func delete(_ key: String) async throws {
        guard try await control("del", key) == 0 else { throw NeverHappened(description: "etcdctl del") }
    }

    /// The value of a key; nil where it is empty, or there is no such key.
    package func value(of key: String) async throws -> String? {
        let file = directory("value")
        let status = try await Tool.run([
            "/bin/bash", "-c", #"ETCDCTL_API=3 etcdctl --endpoints "$1" get --print-value-only "$2" >"$3""#, "get", url, key, file,
        ])
        guard status == 0 else { throw NeverHappened(description: "etcdctl get") }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return text.isEmpty ? nil : String(text.dropLast())
    }

    /// Puts many pairs of any bytes, by way of etcd's JSON gateway.
    package func put(_ pairs: [(key: [UInt8], value: [UInt8])]) async throws {
        let requests = pairs.map { pair in
            let (key, value) = (Data(pair.key).base64EncodedString(), Data(pair.value).base64EncodedString())
            return "url = \"\(url)/v3/kv/put\"\ndata = \"{\\\"key\\\":\\\"\(key)\\\",\\\"value\\\":\\\"\(value)\\\"}\"\n"
        }
        let file = directory("requests")
        try ("silent\nfail\n" + requests.joined(separator: "next\nsilent\nfail\n")).write(toFile: file, atomically: true, encoding: .utf8)
        let status = try await Tool.run(["/usr/bin/env", "curl", "--config", file])
        guard status == 0 else { throw NeverHappened(description: "curl: \(status)") }
    }

    private func control(_ arguments: String...) async throws -> Int32 { try await control(arguments) }

    private func control(_ arguments: [String]) async throws -> Int32 {
        try await Tool.run(
            [
                "/usr/bin/env", "ETCDCTL_API=3", "etcdctl", "--endpoints", url, "--insecure-transport=\(certificate == nil)",
                "--insecure-skip-tls-verify", "--command-timeout", "5s",
            ] + arguments)
    }
}
