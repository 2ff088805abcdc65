import Foundation
import Glibc
import TestSupport

/// What a finished command left behind.
struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Each line of standard output as a JSON object.
    func objects() throws -> [[String: Any]] {
        try lines.map { line in
            guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
                throw NeverHappened(description: "no JSON object: \(line)")
            }
            return object
        }
    }
}

/// The shippy that was built together with these tests.
enum ShippyBinary {
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent + "/shippy"
    }()

    /// The environment of this process without what would configure shippy.
    static func environment(home: String, _ more: [String: String] = [:]) -> [String: String] {
        let prefixes = ["SHIPPY_", "MICRO_", "DB_", "XDG_"]
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in !prefixes.contains { name.hasPrefix($0) } }
        environment["SHIPPY_HOME"] = home
        // The contexts and logins of whoever runs the tests are none of theirs.
        environment["XDG_CONFIG_HOME"] = "\(home)/xdg"
        return environment.merging(more) { $1 }
    }

    /// Makes an installation's secret, as `openssl rand -hex 32` does.
    static func makeSecret(_ path: String) throws {
        let digits = (0..<64).map { _ in String(Int.random(in: 0..<16), radix: 16) }.joined()
        try "\(digits)\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// Runs a command to its end.
    static func run(
        _ arguments: [String], home: String, input: String? = nil, environment: [String: String] = [:], limit: Duration = .seconds(120)
    ) async throws -> Outcome {
        try await run(path, arguments, home: home, input: input, environment: environment, limit: limit)
    }

    /// Runs a line of the shell, in which `$shippy` is the binary.
    static func shell(_ line: String, home: String, environment: [String: String] = [:]) async throws -> Outcome {
        try await run("/bin/bash", ["-c", line], home: home, environment: environment.merging(["shippy": path]) { $1 })
    }

    private static func run(
        _ program: String, _ arguments: [String], home: String, input: String? = nil, environment: [String: String], limit: Duration = .seconds(120)
    ) async throws -> Outcome {
        let files = try TemporaryDirectory()
        let process = try start(program, arguments, home: home, input: input, environment: environment, files: files)
        let status = try await process.status(within: limit)
        return Outcome(
            status: status, output: try String(contentsOfFile: files("out"), encoding: .utf8),
            errors: try String(contentsOfFile: files("err"), encoding: .utf8))
    }

    /// Starts a program whose output goes into files.
    static func start(
        _ program: String, _ arguments: [String], home: String, input: String? = nil, environment: [String: String] = [:], files: TemporaryDirectory
    ) throws -> RunningProcess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = self.environment(home: home, environment)
        for name in ["out", "err", "in"] {
            _ = FileManager.default.createFile(atPath: files(name), contents: name == "in" ? Data((input ?? "").utf8) : nil)
        }
        let handles = [
            FileHandle(forReadingAtPath: files("in")), FileHandle(forWritingAtPath: files("out")), FileHandle(forWritingAtPath: files("err")),
        ]
        process.standardInput = handles[0]
        process.standardOutput = handles[1]
        process.standardError = handles[2]
        // Kept open, they add up, and Process reads past its buffer where more than 1,300 descriptors are.
        defer { handles.forEach { try? $0?.close() } }
        try process.run()
        return RunningProcess(process: process, files: files)
    }
}

/// A child process.
///
/// `@unchecked Sendable`: Foundation's Process is safe to ask and to signal from any thread once it runs.
final class RunningProcess: @unchecked Sendable {
    let process: Process
    private let files: TemporaryDirectory

    init(process: Process, files: TemporaryDirectory) {
        self.process = process
        self.files = files
    }

    deinit {
        if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
    }

    var output: String { (try? String(contentsOfFile: files("out"), encoding: .utf8)) ?? "" }
    var errors: String { (try? String(contentsOfFile: files("err"), encoding: .utf8)) ?? "" }
    var pid: Int32 { process.processIdentifier }

    func signal(_ number: Int32) { Glibc.kill(process.processIdentifier, number) }

    /// The exit status, as a shell gives it.
    func status(within limit: Duration = .seconds(60)) async throws -> Int32 {
        do {
            try await eventually("\(process.arguments ?? []) ends", within: limit) { !process.isRunning }
        } catch {
            signal(SIGKILL)
            throw NeverHappened(description: "\(error); it said: \(output.suffix(500)) \(errors.suffix(2000))")
        }
        return process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
    }
}
