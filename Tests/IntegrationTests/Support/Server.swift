import Foundation
import Glibc
import TestSupport
import Testing

/// A `shippy up` or `shippy serve` on free ports.
final class Server: Sendable {
    let process: RunningProcess
    /// Addresses by name and protocol, such as `users http`.
    let addresses: [String: String]
    private let home: String

    private init(process: RunningProcess, addresses: [String: String], home: String) {
        self.process = process
        self.addresses = addresses
        self.home = home
    }

    /// Starts it, and waits until it says that it is ready.
    ///
    /// - Parameter launcher: a program with its arguments that starts another one, such as `prlimit`.
    static func start(
        _ command: [String] = ["up"], home: String, _ arguments: [String] = [], environment: [String: String] = [:], launcher: [String] = []
    ) async throws -> Server {
        let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].flatMap { ["--\($0)", "127.0.0.1:0"] }
        let line = launcher + [ShippyBinary.path] + command + ports + ["-o", "json"] + arguments
        let process = try ShippyBinary.start(line[0], Array(line.dropFirst()), home: home, environment: environment, files: TemporaryDirectory())
        let answer = try await eventually("ready: \(process.errors)") { () -> String? in
            if !process.process.isRunning { throw NeverHappened(description: "it ended: \(process.errors)") }
            return process.output.contains("\n") ? process.output : nil
        }
        let ready = try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any]
        var addresses: [String: String] = [:]
        for service in ready?["services"] as? [[String: String]] ?? [] {
            addresses["\(service["name"] ?? "") \(service["protocol"] ?? "")"] = service["address"]
        }
        return Server(process: process, addresses: addresses, home: home)
    }

    var users: String { addresses["users http"] ?? "" }
    /// A token of whoever can read the data directory.
    func token() async throws -> String {
        let outcome = try await ShippyBinary.run(["auth", "token"], home: home)
        return try #require(outcome.lines.first, "\(outcome.errors)")
    }

    var ops: String { addresses["ops http"] ?? "" }

    /// Ends it as `kill` does, and waits for that.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async throws -> Int32 {
        process.signal(signal)
        return try await process.status()
    }
}
