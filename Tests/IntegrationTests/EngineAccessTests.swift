import Foundation
import TestSupport
import Testing

/// Logging in to the engines, and TLS to them.
@Suite struct EngineAccessTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., environment: [String: String]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, environment: environment)
    }

    @Test func natsWantsAPassword() async throws {
        let nats = try await NATSServer.start(["--user", "ada", "--pass", "canary"])
        let address = "127.0.0.1:\(nats.port)"
        #expect(try await shippy("events", "status", environment: ["SHIPPY_BUS": "nats://ada:canary@\(address)"]).status == 0)
        for url in ["nats://\(address)", "nats://ada:wrong-canary@\(address)"] {
            let outcome = try await shippy("events", "status", environment: ["SHIPPY_BUS": url])
            #expect(outcome.status == 77, "\(outcome.errors)")
            #expect(outcome.errors.contains(address))
            #expect(!outcome.errors.contains("canary"))
        }
        try await nats.kill()
    }

    @Test func natsWantsAToken() async throws {
        let nats = try await NATSServer.start(["--auth", "canary"])
        #expect(try await shippy("events", "status", environment: ["SHIPPY_BUS": "nats://canary@127.0.0.1:\(nats.port)"]).status == 0)
        let inFlag = try await shippy("events", "status", "--bus", "nats://canary@127.0.0.1:\(nats.port)", environment: [:])
        #expect(inFlag.status == 64)
        #expect(!inFlag.errors.contains("canary"))
        try await nats.kill()
    }

    @Test func natsIsEncrypted() async throws {
        let certificate = try await Certificate.make(name: "localhost", in: home)
        let other = try await Certificate.make(name: "localhost", in: home)
        let nats = try await NATSServer.start(["--tls", "--tlscert", certificate.path, "--tlskey", certificate.key])
        let url = "tls://localhost:\(nats.port)"
        #expect(try await shippy("events", "status", environment: ["SHIPPY_BUS": "\(url)?ca=\(certificate.path)"]).status == 0)
        for wrong in [url, "\(url)?ca=\(other.path)"] {
            #expect(try await shippy("events", "status", environment: ["SHIPPY_BUS": wrong]).status == 69)
        }
        try await nats.kill()
    }

    /// The certificate is trusted, but it is for another host.
    @Test func hostNamesAreVerified() async throws {
        let certificate = try await Certificate.make(name: "other.example", in: home)
        let nats = try await NATSServer.start(["--tls", "--tlscert", certificate.path, "--tlskey", certificate.key])
        let bus = ["SHIPPY_BUS": "tls://localhost:\(nats.port)?ca=\(certificate.path)"]
        #expect(try await shippy("events", "status", environment: bus).status == 69)
        try await nats.kill()
        let etcd = try await EtcdServer.start(certificate: certificate.path, key: certificate.key)
        let registry = ["SHIPPY_REGISTRY": "etcds://localhost:\(etcd.port)?ca=\(certificate.path)"]
        #expect(try await shippy("registry", "list", environment: registry).status == 69)
        try await etcd.kill()
    }

    /// An empty store on this machine would look like the installation's, and stand in the way of every later command.
    @Test(arguments: ["mail list", "events tail --all --at-end", "events dead list", "mail show x"])
    func whoKnowsOnlyTheRegistryMakesNoStoreHere(command: String) async throws {
        let outcome = try await ShippyBinary.run(
            command.split(separator: " ").map(String.init), home: home.path, environment: ["SHIPPY_REGISTRY": "etcd://127.0.0.1:1"])
        #expect(outcome.status == 64 && outcome.errors.contains("only the registry of this installation is known"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: home("shippy.db")))
    }

    @Test func severalServersAreTriedInTurn() async throws {
        let (nats, etcd) = (try await NATSServer.start(), try await EtcdServer.start())
        let nobody = try FreePort.find()
        let environment = [
            "SHIPPY_BUS": "nats://127.0.0.1:\(nobody),127.0.0.1:\(nats.port)", "SHIPPY_REGISTRY": "etcd://127.0.0.1:\(nobody),\(etcd.address)",
        ]
        let outcome = try await shippy("status", environment: environment)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
        try await nats.kill()
        try await etcd.kill()
    }

    @Test func etcdWantsAPassword() async throws {
        let etcd = try await EtcdServer.start()
        try await etcd.requirePassword("canary")
        let good = try await shippy("registry", "list", environment: ["SHIPPY_REGISTRY": "etcd://root:canary@\(etcd.address)"])
        #expect(good.status == 0, "\(good.errors)")
        for url in ["etcd://\(etcd.address)", "etcd://root:wrong-canary@\(etcd.address)"] {
            let outcome = try await shippy("registry", "list", environment: ["SHIPPY_REGISTRY": url])
            #expect(outcome.status == 77, "\(outcome.errors)")
            #expect(!outcome.errors.contains("canary"))
        }
        let nobody = try await shippy("user", "get", "ada", environment: ["SHIPPY_REGISTRY": "etcd://root:canary@\(etcd.address)"])
        #expect(nobody.status == 69)
        #expect(!nobody.errors.contains("canary"))
        try await etcd.kill()
    }

    @Test func etcdIsEncrypted() async throws {
        let certificate = try await Certificate.make(name: "localhost", in: home)
        let other = try await Certificate.make(name: "localhost", in: home)
        let etcd = try await EtcdServer.start(certificate: certificate.path, key: certificate.key)
        let url = "etcds://localhost:\(etcd.port)"
        let good = try await shippy("registry", "list", environment: ["SHIPPY_REGISTRY": "\(url)?ca=\(certificate.path)"])
        #expect(good.status == 0, "\(good.errors)")
        for wrong in [url, "\(url)?ca=\(other.path)"] {
            #expect(try await shippy("registry", "list", environment: ["SHIPPY_REGISTRY": wrong]).status == 69)
        }
        try await etcd.kill()
    }

    @Test func postgresWantsAPassword() async throws {
        let postgres = try await PostgresServer.start()
        let url = try await postgres.database(user: "ada", password: "canary")
        #expect(try await shippy("status", environment: ["SHIPPY_STORE": url]).status == 0)
        let refused = try await shippy("status", environment: ["SHIPPY_STORE": url.replacing("canary", with: "wrong-canary")])
        #expect(refused.status == 69)
        #expect(refused.output.contains("password authentication failed"))
        #expect(!refused.output.contains("canary"))
        let encrypted = try await shippy("status", environment: ["SHIPPY_STORE": "\(url)?sslmode=require"])
        #expect(encrypted.status == 69)
        #expect(encrypted.output.contains("the server has no TLS"))
        try await postgres.crash()
    }

    @Test(arguments: ["nats://", "nats://h:x", "nats://h?what=1", "nats://h?stream=a.b", "http://h", "kafka://h"])
    func whatIsNoBusIsRefused(url: String) async throws {
        let outcome = try await shippy("events", "status", environment: ["SHIPPY_BUS": url])
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("shippy: cannot parse SHIPPY_BUS "))
    }

    @Test(arguments: ["etcd://", "etcd://h:x", "etcd://h?ca=x", "consul://h"])
    func whatIsNoRegistryIsRefused(url: String) async throws {
        let outcome = try await shippy("registry", "list", environment: ["SHIPPY_REGISTRY": url])
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("shippy: cannot parse SHIPPY_REGISTRY "))
    }

    @Test(arguments: ["mysql://h/d", "postgres://h:x/d", "postgres://h/d?sslmode=maybe"])
    func whatIsNoStoreIsRefused(url: String) async throws {
        let outcome = try await shippy("status", environment: ["SHIPPY_STORE": url])
        #expect(outcome.status == 64, "\(outcome.errors) \(outcome.output)")
    }
}
