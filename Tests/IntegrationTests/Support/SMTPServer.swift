import Foundation
import Glibc
import TestSupport

/// `smtp-server.py`: an SMTP server that misbehaves on request, by the local part of the recipient.
final class SMTPServer: Sendable {
    let port: Int
    private let process: ServerProcess
    private let directory: TemporaryDirectory

    private init(process: ServerProcess, port: Int, directory: TemporaryDirectory) {
        self.process = process
        self.port = port
        self.directory = directory
    }

    static func start(_ arguments: [String] = [], port: Int = 0) async throws -> SMTPServer {
        let directory = try TemporaryDirectory()
        let script = PythonScript.path("smtp-server.py")
        let process = try await ServerProcess.start(
            ["python3", "-u", script, "--directory", directory.path, "--port", "\(port)"] + arguments, log: directory("log"))
        let port = try await eventually("the SMTP server listens: \(process.output)") { Int(process.output.prefix { $0 != "\n" }) }
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
        try await process.end()
    }
}
