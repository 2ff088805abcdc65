import Foundation
import TestSupport
import Testing

/// `shippy doctor` with the real binary: each thing that is broken is found, and named.
@Suite struct DoctorTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func doctor(_ environment: [String: String] = [:], home: String? = nil, _ arguments: String...) async throws -> (
        status: Int32, findings: [[String: Any]]
    ) {
        let outcome = try await ShippyBinary.run(["doctor", "-o", "jsonl"] + arguments, home: home ?? self.home.path, environment: environment)
        return (outcome.status, try outcome.objects())
    }

    private func text(_ findings: [[String: Any]], _ area: String, _ state: String) -> String? {
        findings.first { $0["area"] as? String == area && $0["state"] as? String == state }?["text"] as? String
    }

    @Test func aHealthyInstallationHasNoFindingAndNothingIsMadeForOneThatIsNotThere() async throws {
        let server = try await Server.start(home: home.path)
        let healthy = try await doctor()
        #expect(healthy.status == 0)
        #expect(healthy.findings.filter { $0["state"] as? String != "ok" }.map { "\($0)" } == [])
        #expect(
            Set(healthy.findings.compactMap { $0["area"] as? String }).isSuperset(of: [
                "store", "bus", "registry", "keys", "services", "queues", "mail",
            ]))
        try await server.stop()
        let stopped = try await doctor()
        #expect(stopped.status == 1)
        #expect(text(stopped.findings, "services", "fault") == "no instance of the service users is registered")

        let missing = "\(home.path)/missing"
        _ = try await doctor(home: missing)
        #expect(!FileManager.default.fileExists(atPath: missing))
    }

    @Test func remoteEnginesAreExaminedAndTheirClocksCompared() async throws {
        let engines = try await Engines.start()
        let server = try await engines.serve("up")
        let outcome = try await doctor(engines.environment, home: engines.home.path)
        #expect(outcome.status == 0, "\(outcome.findings)")
        #expect(outcome.findings.filter { $0["area"] as? String == "clock" }.count == 2, "PostgreSQL's and NATS's")
        #expect(outcome.findings.filter { $0["state"] as? String != "ok" }.map { "\($0)" } == [])
        try await engines.nats.kill()
        let without = try await doctor(engines.environment, home: engines.home.path)
        #expect(without.status == 69)
        #expect(text(without.findings, "bus", "unreachable")?.contains("NATS at") == true)
        server.process.signal(SIGKILL)
        try await engines.stop()
    }

    @Test func aServerThatCanLoseCommitsIsAFault() async throws {
        let server = try await PostgresServer.start()
        let store = try await server.database()
        try await server.set("fsync", "off")
        let outcome = try await doctor(["SHIPPY_STORE": store])
        #expect(outcome.status == 1)
        #expect(text(outcome.findings, "store", "fault")?.contains("the server has fsync off") == true, "\(outcome.findings)")
        try await server.crash()
    }

    @Test func aPortThatSomebodyElseHasIsAFault() async throws {
        let listener = try RefusingListener()
        let outcome = try await doctor(["SHIPPY_USERS_HTTP": "127.0.0.1:\(listener.port)"])
        #expect(
            text(outcome.findings, "ports", "fault") == "127.0.0.1:\(listener.port) (--users-http) cannot be used: another program listens there")
        withExtendedLifetime(listener) {}
    }

    @Test func aCertificateThatHasEndedOrEndsSoonIsFound() async throws {
        let ended = try await Certificate.make(name: "a.example", days: -1, in: home)
        let soon = try await Certificate.make(name: "b.example", days: 3, in: home)
        let outcome = try await doctor(["SHIPPY_TLS_CA": ended.path, "SHIPPY_TLS_CERT": soon.path, "SHIPPY_TLS_KEY": soon.key])
        #expect(text(outcome.findings, "certificates", "fault")?.contains("CN=a.example in \(ended.path) expired") == true, "\(outcome.findings)")
        #expect(
            text(outcome.findings, "certificates", "warning")?.contains("CN=b.example in \(soon.path) ends in 2 days") == true, "\(outcome.findings)")
    }

    @Test func anotherSecretIsAFault() async throws {
        try await Server.start(home: home.path).stop()
        try ShippyBinary.makeSecret(home("secret"))
        let outcome = try await doctor()
        #expect(outcome.status == 1)
        #expect(text(outcome.findings, "keys", "fault") != nil, "\(outcome.findings)")
        try FileManager.default.removeItem(atPath: home("secret"))
        #expect(text(try await doctor().findings, "keys", "fault")?.contains("there is no secret in \(home("secret"))") == true)
    }

    @Test func aFullDiskIsAFault() async throws {
        let disk = try SmallDisk(megabytes: 20)
        let outcome = try await doctor(home: disk.path)
        #expect(text(outcome.findings, "directory", "fault")?.contains("MiB left") == true, "\(outcome.findings)")
        #expect(text(outcome.findings, "directory", "warning")?.contains("is in memory") == true, "\(outcome.findings)")
    }

    /// Without settings that can be read, nothing else is looked at.
    @Test func aSettingThatCannotBeReadIsAllThatIsTold() async throws {
        let outcome = try await doctor(["SHIPPY_STORE": "nonsense"])
        #expect(outcome.status == 1)
        #expect(outcome.findings.compactMap { $0["area"] as? String } == ["configuration"])
    }
}
