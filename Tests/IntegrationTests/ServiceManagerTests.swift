import Foundation
import Glibc
import TestSupport
import Testing

/// The program under a service manager, which a socket stands in for: see sd_notify(3).
@Suite struct ServiceManagerTests {
    private let http = HTTP()
    private let directory: TemporaryDirectory
    private let manager: ManagerSocket

    init() throws {
        directory = try TemporaryDirectory()
        manager = try ManagerSocket(directory("notify"))
    }

    /// - Parameter watchdog: what systemd calls `WatchdogSec`.
    private func environment(watchdog: Duration? = nil) -> [String: String] {
        var variables = ["NOTIFY_SOCKET": manager.name]
        if let watchdog { variables["WATCHDOG_USEC"] = "\(watchdog.components.seconds * 1_000_000)" }
        return variables
    }

    @Test func itIsReadyOnceItAnswersAndSaysWhenItStops() async throws {
        let server = try await Server.start(home: directory("home"), environment: environment())
        let ready = try await eventually("it says that it is ready") { manager.next() }
        #expect(ready.hasPrefix("READY=1\nSTATUS=ready: users http \(server.users), users grpc "), "\(ready)")
        #expect(ready.hasSuffix("ops http \(server.ops)"), "\(ready)")
        #expect(try await http.get(server.ops, "/health/ready").status == 200)
        #expect(try await server.stop() == 0)
        // Without a limit, the watchdog is silent.
        #expect(manager.all() == ["STOPPING=1\nSTATUS=shutting down"])
    }

    /// Nothing is registered while the registry is away.
    @Test func itIsNotReadyBeforeItIsRegistered() async throws {
        let etcd = try await EtcdServer.start()
        try await etcd.kill()
        let ports = ["users-http", "users-grpc", "notificator-grpc", "ops"].flatMap { ["--\($0)", "127.0.0.1:0"] }
        let server = try ShippyBinary.start(
            ShippyBinary.path, ["up", "--log-format", "json"] + ports, home: directory("home"),
            environment: environment().merging(["SHIPPY_REGISTRY": "etcd://\(etcd.address)"]) { $1 }, files: directory)
        try await eventually("it cannot register: \(server.errors)") { server.errors.contains("regist") }
        #expect(manager.next() == nil)
        try await etcd.restart()
        try await eventually("it is ready") { manager.next()?.hasPrefix("READY=1\n") == true }
        server.signal(SIGTERM)
        #expect(try await server.status() == 0)
        try await etcd.kill()
    }

    @Test(.timeLimit(.minutes(2))) func theWatchdogIsNotFedWhileTheDiskIsFull() async throws {
        let disk = try SmallDisk(megabytes: 8)
        let server = try await Server.start(home: "\(disk.path)/home", environment: environment(watchdog: .seconds(4)))
        try await eventually("it is fed") { manager.next() == "WATCHDOG=1" }
        try disk.fill()
        try await expectStarving("the disk is full")
        try disk.free()
        try await eventually("it is fed again") { manager.next() == "WATCHDOG=1" }
        #expect(try await server.stop() == 0)
    }

    /// The server's processes are stopped, so that it takes connections and does not answer.
    @Test(.timeLimit(.minutes(2))) func theWatchdogIsNotFedWhileTheDatabaseHangs() async throws {
        let database = try await PostgresServer.start()
        let engines = try await Engines.start(store: database.database())
        let server = try await Server.start(
            home: engines.home.path, environment: engines.environment.merging(environment(watchdog: .seconds(4))) { $1 })
        try await eventually("it is fed") { manager.next() == "WATCHDOG=1" }
        database.signal(SIGSTOP)
        try await expectStarving("the database hangs")
        database.signal(SIGCONT)
        try await eventually("it is fed again") { manager.next() == "WATCHDOG=1" }
        #expect(try await server.stop() == 0)
        try await engines.stop()
        try await database.crash()
    }

    /// Expects the report of failed writes, and nothing else for as long as systemd would wait.
    private func expectStarving(_ reason: String) async throws {
        try await eventually("it says that \(reason)") { manager.next()?.hasPrefix("STATUS=the store does not take writes: ") == true }
        let deadline = ContinuousClock.now + .seconds(4)
        while ContinuousClock.now < deadline {
            #expect(manager.next() == nil)
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
