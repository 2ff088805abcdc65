import Foundation
import Glibc
import TestSupport
import Testing

/// The audit log with the real binary.
@Suite struct AuditTests {
    private static let password = "correct horse battery"

    private let home: TemporaryDirectory
    private let http = HTTP()

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., input: String? = nil, environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, input: input, environment: environment)
    }

    private func actions(_ arguments: String...) async throws -> [String] {
        let outcome = try await ShippyBinary.run(["audit", "list", "-o", "jsonl"] + arguments, home: home.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try outcome.objects().map { "\($0["action"] ?? "") \($0["outcome"] ?? "") \($0["detail"] ?? "-")" }
    }

    @Test func theNewestEntriesAreListed() async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await shippy("user", "create", "ada@example.com", "--password-stdin", input: Self.password).status == 0)
        for role in ["reader", "operator", "admin"] { #expect(try await shippy("user", "set-role", "ada@example.com", role).status == 0) }
        let created = try #require(try await actions().first)
        #expect(created.wholeMatch(of: #/user\.create ok via=grpc, hashed=[0-9]+ms/#) != nil, "\(created)")
        let all = [created, "user.set-role ok role=reader", "user.set-role ok role=operator", "user.set-role ok role=admin"]
        #expect(try await actions() == all)
        #expect(try await actions("-n", "2") == all.suffix(2))
        #expect(try await actions("--all", "--user", "ada@example.com", "--action", "user.set-role") == all.suffix(3))
        #expect(try await actions("--until", "2020-01-01T00:00:00Z") == [])
        let first = try #require(try await shippy("audit", "list", "-o", "jsonl").objects().first?["id"] as? String)
        #expect(try await actions("--after", first, "--last", "2") == all.suffix(2))
        #expect(try await actions("--after", first, "--all") == all.suffix(3))

        let table = try await shippy("audit", "list", "--last", "2")
        #expect(table.lines.count == 3 && table.output.contains("ok (role=admin)"))
        #expect(table.errors.contains("There are older entries"))
        #expect(try await shippy("audit", "list", "--last", "4").errors.isEmpty)
        let misspelled = try await shippy("audit", "list", "--action", "set-role")
        #expect(misspelled.status == 65 && misspelled.errors.contains("did you mean user.set-role?"))
        #expect(try await shippy("audit", "list", "--outcome", "failed").status == 64)
        try await server.stop()
        // The same without services.
        #expect(try await actions("-n", "1") == all.suffix(1))
    }

    @Test func followingBeginsWithTheLastEntries() async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await shippy("user", "create", "ada@example.com", "--password-stdin", input: Self.password).status == 0)
        for role in ["reader", "operator", "admin"] { #expect(try await shippy("user", "set-role", "ada@example.com", role).status == 0) }
        let tail = try ShippyBinary.start(
            ShippyBinary.path, ["audit", "list", "-f", "-n", "2", "-o", "jsonl"], home: home.path, files: TemporaryDirectory())
        func lines() -> [Substring] { tail.output.split(separator: "\n") }
        try await eventually("the last two: \(tail.errors)") { lines().count == 2 }
        #expect(try await shippy("user", "disable", "ada@example.com").status == 0)
        try await eventually("a new one: \(tail.errors)") { lines().count == 3 && lines()[2].contains("user.disable") }
        #expect(lines()[0].contains("role=operator") && lines()[1].contains("role=admin"))
        tail.signal(SIGINT)
        _ = try await tail.status()
        try await server.stop()
    }

    /// Whoever was refused is found in the audit log, and counted.
    @Test func refusalsAreRecordedAndCounted() async throws {
        let server = try await Server.start(home: home.path)
        func metrics() async throws -> [String] {
            let names = ["shippy_logins_total", "shippy_calls_denied_total", "shippy_sessions_reused_total"]
            let lines = try await http.get(server.ops, "/metrics").body.split(separator: "\n").map(String.init)
            return lines.filter { line in names.contains { line.hasPrefix($0) } }.sorted()
        }
        #expect(
            try await metrics() == [
                "shippy_calls_denied_total 0", #"shippy_logins_total{outcome="ok"} 0"#, #"shippy_logins_total{outcome="refused"} 0"#,
                #"shippy_logins_total{outcome="throttled"} 0"#, "shippy_sessions_reused_total 0",
            ])
        #expect(try await shippy("user", "create", "ada@example.com", "--password-stdin", input: Self.password).status == 0)
        let reply = try await http.post(server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"\#(Self.password)"}"#)
        let token = try #require(reply.json?["access_token"] as? String)
        #expect(try await shippy("user", "set-role", "ada@example.com", "admin", environment: ["SHIPPY_TOKEN": token]).status == 77)
        #expect(try await shippy("user", "list", environment: ["SHIPPY_TOKEN": token]).status == 77)
        var statuses: [Int] = []
        for _ in 0..<8 {
            let refused = try await http.post(server.users, "/api/v1/auth/login", #"{"email":"ada@example.com","password":"wrong horse battery"}"#)
            statuses.append(refused.status)
            #expect((refused.headers["retry-after"] != nil) == (refused.status == 429))
        }
        let throttled = statuses.count { $0 == 429 }
        #expect(throttled > 0 && statuses.count { $0 == 401 } == 8 - throttled)
        #expect(
            try await metrics() == [
                "shippy_calls_denied_total 2", #"shippy_logins_total{outcome="ok"} 1"#, #"shippy_logins_total{outcome="refused"} \#(8 - throttled)"#,
                #"shippy_logins_total{outcome="throttled"} \#(throttled)"#, "shippy_sessions_reused_total 0",
            ])
        #expect(try await actions("--outcome", "denied") == ["user.set-role denied -", "user.list denied -"])
        #expect(try await actions("--outcome", "refused").count == 8 - throttled)
        #expect(try await actions("--outcome", "throttled").allSatisfy { $0 == "user.login throttled -" })
        #expect(server.process.errors.contains("login refused"))
        try await server.stop()
    }
}
