import Foundation
import Glibc
import Synchronization

/// A server of somebody else's, started for a test, which never outlives the process of the tests.
///
/// `@unchecked Sendable`: what is not, the watcher and its pipe, is only kept alive.
package final class ServerProcess: @unchecked Sendable {
    /// Leads a process group of its own, with everything that it starts.
    package let pid: Int32
    private let log: String
    private let watcher: Process
    /// Closed by our own end, whatever that is: then the watcher kills the server.
    private let lifeline: Pipe

    /// Starts it, and waits until it has a process id.
    ///
    /// - Parameter log: a file for what it says.
    package static func start(_ command: [String], log: String, environment: [String: String] = [:]) async throws -> ServerProcess {
        let watcher = Process()
        watcher.executableURL = URL(fileURLWithPath: "/bin/bash")
        let pidFile = log + ".pid"
        watcher.arguments =
            [
                "-c",
                """
                set -m; "${@:3}" >>"$1" 2>&1 </dev/null & echo $! >"$2.new"; mv "$2.new" "$2"
                read -r _; kill -9 -- -$! 2>/dev/null
                """, "watcher", log, pidFile,
            ] + command
        watcher.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let lifeline = Pipe()
        watcher.standardInput = lifeline
        watcher.standardOutput = FileHandle.nullDevice
        watcher.standardError = FileHandle.nullDevice
        try? FileManager.default.removeItem(atPath: pidFile)
        try watcher.run()
        let pid = try await eventually("\(command) starts") {
            (try? String(contentsOfFile: pidFile, encoding: .utf8)).flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        return ServerProcess(pid: pid, log: log, watcher: watcher, lifeline: lifeline)
    }

    private init(pid: Int32, log: String, watcher: Process, lifeline: Pipe) {
        self.pid = pid
        self.log = log
        self.lifeline = lifeline
        self.watcher = watcher
    }

    /// What it said so far.
    package var output: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// Sends a signal to it and all that it started.
    package func signal(_ signal: Int32) { kill(-pid, signal) }

    /// Kills it, and waits until nothing of it is left.
    package func end(_ signal: Int32 = SIGKILL) async throws {
        self.signal(signal)
        try await eventually("\(pid) ends", within: .seconds(30)) { kill(-pid, 0) != 0 }
        try? lifeline.fileHandleForWriting.close()
    }

    deinit {
        kill(-pid, SIGKILL)
    }
}

/// TCP ports that nobody uses at this moment.
package enum FreePort {
    private static let given = Mutex<Set<Int>>([])

    /// One that no other test of this process is given.
    package static func find() throws -> Int {
        while true {
            let port = try next()
            if given.withLock({ $0.insert(port).inserted }) { return port }
        }
    }

    private static func next() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1 }
        }
        guard result == 0 else { throw NeverHappened(description: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Whether somebody listens there.
    package static func isTaken(_ port: Int, on host: String = "127.0.0.1") -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        } == 0
    }
}
