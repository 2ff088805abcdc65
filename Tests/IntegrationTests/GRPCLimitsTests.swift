import Foundation
import TestSupport
import Testing

/// gRPC clients that ask for more than is theirs.
@Suite struct GRPCLimitsTests {
    private static let path = "/shippy.v1.Users/List"
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    /// Runs `attack` on a connection to the users' gRPC port, and looks whether others are served meanwhile and afterwards.
    private func withServer(_ attack: (RawConnection) async throws -> Void) async throws {
        let server = try await Server.start(home: home.path)
        let connection = try RawConnection(server.addresses["users grpc"]!)
        try connection.send(HTTP2.preface)
        try await attack(connection)
        let outcome = try await ShippyBinary.run(["user", "create", "ada@example.com"], home: home.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("inside this command"))
        #expect(try residentMegabytes(server) < 300)
        #expect(try await server.stop() == 0)
    }

    private func residentMegabytes(_ server: Server) throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(server.process.pid)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? .max) / 1024
    }

    @Test func aMessageOver64KiBIsRefused() async throws {
        let server = try await Server.start(home: home.path)
        let outcome = try await ShippyBinary.run(
            ["user", "create", "ada@example.com", "--name", String(repeating: "x", count: 70_000)], home: home.path)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(!outcome.errors.contains("inside this command"))
        try await server.stop()
    }

    @Test func anImportOfLongRowsIsSentInSeveralMessages() async throws {
        let server = try await Server.start(home: home.path)
        let rows = (0..<500).map { #"{"email":"u\#($0)@example.com","name":"\#(String(repeating: "n", count: 250))"}"# }
        let outcome = try await ShippyBinary.run(["user", "import", "-"], home: home.path, input: rows.joined(separator: "\n"))
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(!outcome.errors.contains("inside this command"))
        #expect(try await ShippyBinary.run(["user", "list", "--all", "-o", "jsonl"], home: home.path).lines.count == 500)
        try await server.stop()
    }

    @Test func aMegabyteOfMetadataEndsItsConnection() async throws {
        try await withServer { connection in
            let block = HTTP2.headers(stream: 1, path: Self.path, isWhole: true, [("x", String(repeating: "y", count: 1 << 20))])
            // It may be closed while it still sends.
            try? connection.send(block)
            try await eventually("the connection is closed") { connection.isClosed }
        }
    }

    @Test func rapidResetsEndTheirConnection() async throws {
        try await withServer { connection in
            for round in 0..<100 {
                let streams = (0..<500).map { UInt32(2 * (500 * round + $0) + 1) }
                let burst = streams.flatMap { HTTP2.headers(stream: $0, path: Self.path, isWhole: false) + HTTP2.reset(stream: $0) }
                do { try connection.send(burst) } catch { break }
            }
            try await eventually("the connection is closed") { connection.isClosed }
        }
    }

    @Test func manyStreamsLeaveRoomForOthers() async throws {
        try await withServer { connection in
            for stream in 0..<2000 {
                do {
                    try connection.send(HTTP2.headers(stream: UInt32(2 * stream + 1), path: Self.path, isWhole: false))
                } catch { break }
            }
        }
    }
}
