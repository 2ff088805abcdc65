import Foundation
import Glibc
import TestSupport

/// `smtp-server.py`: an SMTP server that misbehaves on request, by the local part of the recipient.
final class SMTPServer: Sendable {
    let process: RunningProcess
    let port: Int
    private let directory: TemporaryDirectory

    private init(process: RunningProcess, port: Int, directory: TemporaryDirectory) {
        self.process = process
        self.port = port
        self.directory = directory
    }

    static func start(_ arguments: [String] = [], port: Int = 0) async throws -> SMTPServer {
        let directory = try TemporaryDirectory()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("smtp-server.py").path
        let process = try ShippyBinary.start(
            "/usr/bin/env", ["python3", "-u", script, "--directory", directory.path, "--port", "\(port)"] + arguments, home: directory.path,
            files: TemporaryDirectory())
        let port = try await eventually("the SMTP server listens: \(process.errors)") { Int(process.output.prefix { $0 != "\n" }) }
        return SMTPServer(process: process, port: port, directory: directory)
    }

    /// The messages that were taken, whole.
    var messages: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return names.filter { $0.hasSuffix(".eml") }.sorted().compactMap { try? String(contentsOfFile: directory($0), encoding: .utf8) }
    }

    /// Everything that clients said, line by line.
    var transcript: String { (try? String(contentsOfFile: directory("transcript"), encoding: .utf8)) ?? "" }

    func stop() async throws {
        process.signal(SIGKILL)
        _ = try await process.status()
    }
}
