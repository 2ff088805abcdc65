import Foundation
import Glibc
import TestSupport
import Testing

/// Another user of this machine listens on the port of a service that was killed, and is still registered.
@Suite(.enabled(if: geteuid() == 0, "only root can be another user")) struct StrangerTests {
    private static let input = "canary-password\n"

    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    /// Starts the services, kills them, and takes the port of the users service.
    private func squat(_ mode: String) async throws -> RunningProcess {
        try await squat(mode, after: try await Server.start(home: home.path, ["--registry-ttl", "300s"]))
    }

    /// - Parameter mode: whether the other user takes one connection and then closes their listener (`once`), or goes on (`open`).
    private func squat(_ mode: String, after server: Server) async throws -> RunningProcess {
        let port = try #require(server.addresses["users grpc"]?.split(separator: ":").last.map(String.init))
        try await server.stop(SIGKILL)
        // As an argument: the other user may not be able to read the file.
        let script = PythonScript.path("squatter.py")
        let squatter = try ShippyBinary.start(
            "/usr/bin/setpriv",
            [
                "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/bin/python3", "-c", String(contentsOfFile: script, encoding: .utf8),
                port, mode,
            ],
            home: home.path, files: TemporaryDirectory())
        try await eventually("it listens: \(squatter.errors)") { squatter.output.contains("listening") }
        return squatter
    }

    private func logIn() async throws -> Outcome {
        try await ShippyBinary.run(["auth", "login", "ada@example.com", "--password-stdin"], home: home.path, input: Self.input)
    }

    private func expectRefused(_ outcome: Outcome) {
        #expect(outcome.status == 77, "\(outcome.errors)")
        #expect(outcome.errors.contains("a process of nobody answers there, so it got no password and no token"), "\(outcome.errors)")
    }

    /// Whoever listens on the port then says nothing about who is at the other end of the connection.
    @Test func whoTakesAConnectionAndClosesTheirListenerGetsNothing() async throws {
        let squatter = try await squat("once")
        let outcome = try await logIn()
        #expect(outcome.status == 69, "\(outcome.errors)")
        #expect(squatter.output.contains("got"), "it was called: \(outcome.errors)")
        #expect(!squatter.output.contains("canary"))
    }

    @Test func whoTakesTheConnectionForATokenGetsNothing() async throws {
        let squatter = try await squat("once")
        expectRefused(try await ShippyBinary.run(["user", "list"], home: home.path))
        try await eventually("the connection is closed") { squatter.output.contains("closed") }
        #expect(!squatter.output.contains("got"), "\(squatter.output)")
    }

    @Test func whoStaysGetsNothing() async throws {
        let squatter = try await squat("open")
        expectRefused(try await logIn())
        expectRefused(
            try await ShippyBinary.run(["user", "create", "ada@example.com", "--password-stdin"], home: home.path, input: Self.input))
        expectRefused(try await ShippyBinary.run(["user", "list"], home: home.path, environment: ["SHIPPY_TOKEN": "canary-token"]))
        #expect(!squatter.output.contains("canary"))
    }

    /// A command that runs for long connects again when its service has died.
    @Test func aCommandThatConnectsAgainChecksAgain() async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await ShippyBinary.run(["user", "create", "ada@example.com"], home: home.path).status == 0)
        let environment = ["SHIPPY_TOKEN": try await server.token(), "SHIPPY_USERS_ADDRESS": server.addresses["users grpc"] ?? ""]
        let command = try ShippyBinary.start(
            ShippyBinary.path, ["audit", "list", "--follow", "-o", "jsonl"], home: home.path, environment: environment, files: TemporaryDirectory())
        try await eventually("it follows: \(command.errors)") { command.output.contains("user.create") }
        let squatter = try await squat("open", after: server)
        #expect(try await command.status() == 77)
        #expect(command.errors.contains("a process of nobody answers there"), "\(command.errors)")
        #expect(!squatter.output.contains("got"), "\(squatter.output)")
    }
}
