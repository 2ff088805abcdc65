import Foundation
import TestSupport
import Testing

/// The registry as commands show it and go by it.
@Suite struct RegistryTests {
    private let home: TemporaryDirectory

    init() throws {
        home = try TemporaryDirectory()
    }

    private func shippy(_ arguments: String..., environment: [String: String] = [:]) async throws -> Outcome {
        try await ShippyBinary.run(arguments, home: home.path, environment: environment)
    }

    @Test func anInstanceIsNamedByItsIdOrItsAddress() async throws {
        let server = try await Server.start(home: home.path)
        func users() async throws -> [[String: Any]] { try await shippy("registry", "list", "users", "-o", "jsonl").objects() }
        let found = try await users()
        let ids = found.compactMap { $0["id"] as? String }
        #expect(Set(ids).count == 2)
        #expect(ids.allSatisfy { $0.hasPrefix("users-") && !$0.contains("127.0.0.1") })
        #expect(Set(found.compactMap { $0["address"] as? String }) == [server.users, server.addresses["users grpc"]!])
        #expect(try await shippy("registry", "deregister", "users", ids[0]).status == 0)
        try await eventually("it registers again") { try await users().count == 2 }
        #expect(try await shippy("registry", "deregister", "users", server.users).status == 0)
        #expect(!server.process.errors.contains("--advertise"), "nobody else looks into this registry")
        try await server.stop()
    }

    /// Two processes with one address, as on two machines: here they take turns on the port.
    @Test func whoComesAfterIsAnotherInstance() async throws {
        let etcd = try await EtcdServer.start()
        let environment = ["SHIPPY_REGISTRY": "etcd://\(etcd.address)"]
        let port = try FreePort.find()
        func serve() async throws -> Server {
            try await Server.start(
                ["serve", "notificator"], home: home.path, ["--notificator-grpc", "127.0.0.1:\(port)", "--registry-ttl", "60s"],
                environment: environment)
        }
        func living() async throws -> [String] {
            try await shippy("registry", "list", "notificator", "-o", "jsonl", environment: environment).objects().compactMap { $0["id"] as? String }
        }
        let first = try await serve()
        // The log has a thread of its own, and may come after the line that says it is ready.
        try await eventually("it says that others cannot reach it") { first.process.errors.contains("--advertise") }
        let before = try await living()
        try await first.stop(SIGKILL)
        let second = try await serve()
        let both = try await living()
        #expect(both.count == 2 && both.contains(before[0]))
        #expect(try await shippy("registry", "deregister", "notificator", "127.0.0.1:\(port)", environment: environment).status == 64)
        #expect(try await shippy("registry", "deregister", "notificator", before[0], environment: environment).status == 0)
        #expect(try await etcd.value(of: "/services/notificator/127.0.0.1:\(port)") == "127.0.0.1:\(port)")
        try await second.stop()
        #expect(try await etcd.value(of: "/services/notificator/127.0.0.1:\(port)") == nil)
        try await etcd.kill()
    }

    @Test func foreignServicesOfTheSameNameAreLeftAlone() async throws {
        let engines = try await Engines.start()
        let nobody = try FreePort.find()
        for service in ["users", "notificator"] {
            let address = "127.0.0.1:\(nobody)"
            try await engines.etcd.put("/services/\(service)/\(address)", address)
            let nodes = #"{"name":"\#(service)","nodes":[{"id":"n","address":"\#(address)"},{"id":"n","address":"\#(address)"}]}"#
            for key in ["n", "m"] { try await engines.etcd.put("/micro/registry/\(service)/\(key)", nodes) }
        }
        let alone = try await engines.shippy("user", "create", "nobody@example.com")
        #expect(alone.status == 69, "\(alone.errors)")
        let server = try await engines.serve("up")
        for number in 0..<4 {
            let created = try await engines.shippy("user", "create", "ada\(number)@example.com")
            #expect(created.status == 0, "\(created.errors)")
            let tested = try await engines.shippy("mail", "test", "bob\(number)@example.com")
            #expect(tested.status == 0, "\(tested.errors)")
        }
        #expect(try await engines.shippy("registry", "list", "-o", "jsonl").lines.count == 3 + 6)
        try await server.stop()
        try await engines.stop()
    }

    @Test(.timeLimit(.minutes(5)), arguments: [SIGKILL, SIGSTOP])
    func aWatchGoesOnWhenItsRegistryIsBack(signal: Int32) async throws {
        let etcd = try await EtcdServer.start()
        let environment = ["SHIPPY_REGISTRY": "etcd://\(etcd.address)"]
        let files = try TemporaryDirectory()
        let watch = try ShippyBinary.start(
            ShippyBinary.path, ["registry", "watch", "-o", "jsonl"], home: home.path, environment: environment, files: files)
        try await etcd.put("/services/users/10.0.0.1:1", "10.0.0.1:1")
        try await eventually("it watches") { watch.output.contains("10.0.0.1:1") }
        let stopped = ContinuousClock.now
        if signal == SIGKILL { try await etcd.kill() } else { etcd.signal(SIGSTOP) }
        try await eventually("it says so") { watch.output.contains(#"{"notice":"away","reason":"cannot reach etcd"#) }
        #expect(stopped.duration(to: .now) < .seconds(20))
        if signal == SIGKILL { try await etcd.restart() } else { etcd.signal(SIGCONT) }
        try await eventually("it is back") { watch.output.contains(#"{"notice":"reconnected","away":"#) }
        try await etcd.put("/services/users/10.0.0.2:1", "10.0.0.2:1")
        try await eventually("it goes on") { watch.output.contains("10.0.0.2:1") }
        #expect(watch.output.components(separatedBy: #""notice":"away""#).count == 2, "once: \(watch.output)")
        watch.signal(SIGTERM)
        #expect(try await watch.status() == 143)
        try await etcd.kill()
    }

    @Test func aCopiedDirectoryKeepsItsHandsOffTheOriginal() async throws {
        let server = try await Server.start(home: home.path)
        #expect(try await shippy("user", "create", "ada@example.com").status == 0)
        let copy = try TemporaryDirectory()
        #expect(try await ShippyBinary.shell("cp -a '\(home.path)/.' '\(copy.path)/'", home: home.path).status == 0)
        func inCopy(_ arguments: String...) async throws -> Outcome { try await ShippyBinary.run(arguments, home: copy.path) }
        #expect(try await inCopy("registry", "list", "-o", "jsonl").lines.isEmpty)
        #expect(try await inCopy("user", "delete", "ada@example.com").status == 0)
        #expect(try await shippy("user", "get", "ada@example.com").status == 0, "the original is as it was")
        try await server.stop()
    }

    @Test func aServiceThatWorksOnAnotherStoreIsNotAsked() async throws {
        let etcd = try await EtcdServer.start()
        let other = try TemporaryDirectory()
        try ShippyBinary.makeSecret(other("secret"))
        let environment = ["SHIPPY_REGISTRY": "etcd://\(etcd.address)", "SHIPPY_SECRET_FILE": other("secret")]
        let server = try await Server.start(home: other.path, environment: environment)
        #expect(try await shippy("user", "create", "ada@example.com", environment: environment).status == 0, "there is no store here")
        // Makes one.
        #expect(try await shippy("user", "create", "eve@example.com").status == 0)
        for arguments in [["user", "delete", "ada@example.com"], ["mail", "test", "ada@example.com"]] {
            let refused = try await ShippyBinary.run(arguments, home: home.path, environment: environment)
            #expect(refused.status == 77, "\(refused.errors)")
            #expect(refused.errors.contains("a different store"))
        }
        #expect(try await ShippyBinary.run(["user", "get", "ada@example.com"], home: other.path, environment: environment).status == 0)
        try await server.stop()
        try await etcd.kill()
    }
}
