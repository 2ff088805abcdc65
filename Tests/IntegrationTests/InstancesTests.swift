import Foundation
import Glibc
import TestSupport
import Testing

/// Commands and more than one instance of the users service.
@Suite struct InstancesTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func create(_ email: String, _ more: [String] = []) async throws -> Outcome {
        try await ShippyBinary.run(["user", "create", email, "-o", "json"] + more, home: home.path)
    }

    @Test func eachCommandTakesItsTurn() async throws {
        let servers = [
            try await Server.start(["serve", "users"], home: home.path), try await Server.start(["serve", "users"], home: home.path),
        ]
        var number = 0
        while number < 30, !servers.allSatisfy({ $0.process.errors.contains("user created") }) {
            number += 1
            #expect(try await create("u\(number)@example.com").status == 0)
        }
        for server in servers { try await server.stop() }
        for server in servers { #expect(server.process.errors.contains("user created")) }
    }

    /// It is still registered. To say that none is running would send people to look in the wrong place.
    @Test func anInstanceThatDoesNotAnswerIsNamed() async throws {
        let server = try await Server.start(["serve", "users"], home: home.path, ["--registry-ttl", "120s"])
        server.process.signal(SIGKILL)
        _ = try await server.process.status()
        let outcome = try await create("ada@example.com")
        #expect(outcome.status == 0)
        #expect(
            outcome.errors.contains(#/shippy: the service registered at 127\.0\.0\.1:\d+ does not answer: this command runs the services itself/#),
            "\(outcome.errors)")
    }

    /// SIGSTOP: its connections are taken by the system, and nothing answers.
    @Test func anInstanceThatStandsStillIsPassedOver() async throws {
        let arguments = ["--registry-ttl", "120s"]
        let servers = [
            try await Server.start(["serve", "users"], home: home.path, arguments),
            try await Server.start(["serve", "users"], home: home.path, arguments),
        ]
        var number = 0
        for stopped in servers {
            stopped.process.signal(SIGSTOP)
            for _ in 0..<4 {
                number += 1
                let start = ContinuousClock.now
                let outcome = try await create("u\(number)@example.com")
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(start.duration(to: .now) < .seconds(30), "held by the one that stands still")
                #expect(!outcome.errors.contains("inside this command"), "the other instance has it")
            }
            stopped.process.signal(SIGCONT)
        }
        for server in servers { try await server.stop() }
    }

    /// Only the service knows its domain.
    @Test func aBareNameIsCompletedByTheService() async throws {
        let server = try await Server.start(["serve", "users"], home: home.path, ["--mail-domain", "service.example"])
        #expect(try await create("ada").objects().first?["email"] as? String == "ada@service.example")
        let imported = try await ShippyBinary.run(["user", "import", "-"], home: home.path, input: "email\nbob\n")
        #expect(imported.status == 0, "\(imported.errors)")
        #expect(try await ShippyBinary.run(["user", "get", "bob@service.example"], home: home.path).status == 0)
        #expect(try await create("eve", ["--mail-domain", "named.example"]).objects().first?["email"] as? String == "eve@named.example")
        try await server.stop()
        #expect(try await create("dan").objects().first?["email"] as? String == "dan@localhost")
    }

    @Test func aRemoteStoreHasNoDomainOfItsOwn() async throws {
        let store = try await PostgresServer.shared.database()
        let environment = ["SHIPPY_STORE": store]
        let server = try await Server.start(["serve", "users"], home: home.path, environment: environment)
        let created = try await ShippyBinary.run(["user", "create", "ada"], home: home.path, environment: environment)
        #expect(created.status == 65, "\(created.errors)")
        #expect(created.errors.contains("has no domain"))
        let imported = try await ShippyBinary.run(
            ["user", "import", "-", "-o", "json"], home: home.path, input: "email\nada\nbob@example.com\n", environment: environment)
        #expect(imported.status == 65)
        #expect(try imported.objects().first?["created"] as? Int == 1)
        #expect(imported.errors.contains("line 2: "))
        let check = try await ShippyBinary.run(
            ["user", "import", "-", "--dry-run"], home: home.path, input: "email\nada\n", environment: environment)
        #expect(check.status == 65)
        try await server.stop()
    }
}
