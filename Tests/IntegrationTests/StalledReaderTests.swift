import Foundation
import Glibc
import TestSupport
import Testing

/// Standard error goes to a pipe that nobody reads.
@Suite struct StalledReaderTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    @Test func aReaderOfTheLogThatStallsHoldsUpNothing() async throws {
        let pipe = home("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        // Open for reading too, so that nothing waits for a reader and there is none.
        let server = try await Server.start(home: home("data"), launcher: ["/bin/bash", "-c", "exec \"$@\" 2<>\(pipe)", "bash"])
        // A line each: far more than the pipe and the queue take.
        let users = 12_000
        let rows = (0..<users).map { #"{"email":"u\#($0)@example.com"}"# }.joined(separator: "\n")
        let imported = try await ShippyBinary.run(["user", "import", "-", "--no-mail"], home: home("data"), input: rows)
        #expect(imported.status == 0, "\(imported.errors)")
        let http = HTTP(timeout: 10)
        #expect(try await http.post(server.users, "/create", #"{"email":"after@example.com"}"#).status == 200)
        #expect(try await http.get(server.ops, "/health/ready").status == 200)

        // There is a reader again: it is told how much it missed.
        let reader = try ShippyBinary.start("/bin/cat", [pipe], home: home.path, files: TemporaryDirectory())
        try await eventually("the count of what was dropped") {
            reader.output.contains { _ in true } && reader.output.contains("log lines dropped because standard error was not being read  count=")
        }
        let created = reader.output.components(separatedBy: "user created").count - 1
        let dropped = reader.output.split(separator: "\n").filter { $0.contains("log lines dropped") }
            .compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }.reduce(0, +)
        #expect(dropped > 0)
        #expect(created + dropped >= users)
        reader.signal(SIGKILL)
        _ = try await reader.status()
        #expect(try await server.stop() == 0)
    }

    /// The queue is given up after a while: a reader that stalls does not keep the process.
    @Test func aProcessEndsAllTheSame() async throws {
        let pipe = home("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let server = try await Server.start(home: home("data"), launcher: ["/bin/bash", "-c", "exec \"$@\" 2<>\(pipe)", "bash"])
        let rows = (0..<2000).map { #"{"email":"u\#($0)@example.com"}"# }.joined(separator: "\n")
        #expect(try await ShippyBinary.run(["user", "import", "-", "--no-mail"], home: home("data"), input: rows).status == 0)
        server.process.signal(SIGTERM)
        _ = try await server.process.status(within: .seconds(20))
    }

    /// The error that ends a command is written before the end.
    @Test func aFatalErrorIsWritten() async throws {
        for _ in 0..<5 {
            let outcome = try await ShippyBinary.run(["status", "--store", "nonsense"], home: home("data"))
            #expect(outcome.status == 64)
            #expect(outcome.errors.hasPrefix("shippy: cannot parse --store"))
            #expect(outcome.errors.hasSuffix("\n"))
        }
    }
}
