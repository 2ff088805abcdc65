import Glibc
import ShippyCore
import TestSupport
import Testing

@testable import ShippyApp

@Suite struct ServiceManagerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func socket(isAbstract: Bool) throws -> ManagerSocket {
        try ManagerSocket(isAbstract ? "@shippy-test-\(UUIDv7.next())" : directory("notify"))
    }

    @Test(arguments: [false, true]) func itIsToldOnEitherKindOfSocket(isAbstract: Bool) async throws {
        let socket = try socket(isAbstract: isAbstract)
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket.name]))
        await manager.tellReady("ready: ops http 127.0.0.1:1")
        #expect(socket.all() == ["READY=1\nSTATUS=ready: ops http 127.0.0.1:1"])
        #expect(manager.tell(.alive))
        #expect(manager.tell(.stopping, .status("shutting down")))
        #expect(socket.all() == ["WATCHDOG=1", "STOPPING=1\nSTATUS=shutting down"])
    }

    @Test(arguments: ["", "notify", "vsock:2:1234", "@", "/" + String(repeating: "x", count: 108)])
    func anotherKindOfAddressIsPassedOver(address: String) {
        #expect(ServiceManager(environment: ["NOTIFY_SOCKET": address]) == nil)
    }

    @Test func withoutAManagerThereIsNone() {
        #expect(ServiceManager(environment: [:]) == nil)
    }

    /// A line break would begin another assignment.
    @Test func aStatusIsOneLine() throws {
        let socket = try socket(isAbstract: false)
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket.name]))
        manager.tell(.status("one\nREADY=1"))
        #expect(socket.all() == ["STATUS=one\\u000aREADY=1"])
    }

    @Test func theWatchdogIsOnlyForTheProcessThatItNames() throws {
        func limit(_ variables: [String: String]) throws -> Duration? {
            try #require(ServiceManager(environment: variables.merging(["NOTIFY_SOCKET": "/nowhere"]) { $1 })).watchdogLimit
        }
        #expect(try limit([:]) == nil)
        #expect(try limit(["WATCHDOG_USEC": "30000000"]) == .seconds(30))
        #expect(try limit(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]) == .seconds(30))
        #expect(try limit(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]) == nil)
        #expect(try limit(["WATCHDOG_USEC": "0"]) == nil)
        #expect(try limit(["WATCHDOG_USEC": "soon"]) == nil)
    }

    /// The queue of a socket holds a few messages.
    @Test(.timeLimit(.minutes(1))) func aManagerThatDoesNotReadHoldsNothingUp() async throws {
        let socket = try socket(isAbstract: false)
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": socket.name]))
        while manager.tell(.alive) {}
        #expect(!manager.tell(.alive))
        // It is told that the process is ready once it reads again.
        async let isTold: Void = manager.tellReady("ready")
        try await eventually("it is told") { socket.all().contains("READY=1\nSTATUS=ready") }
        await isTold
    }

    @Test func aManagerThatIsGoneDoesNotEndTheProcess() throws {
        let manager = try #require(ServiceManager(environment: ["NOTIFY_SOCKET": directory("nobody")]))
        #expect(!manager.tell(.alive))
    }
}
