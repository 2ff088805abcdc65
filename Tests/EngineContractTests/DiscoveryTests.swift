import EtcdEngine
import Logging
import ServiceLifecycle
import ShippyCore
import ShippyDiscovery
import Synchronization
import TestSupport
import Testing

@Suite struct DiscoveryTests {
    private func with(_ body: (any ServiceRegistry) async throws -> Void) async throws {
        try await RegistryUnderTest.embedded.with(body)
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aRegistrationHealsItself(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let instances = ["a:1", "b:1"].map { Samples.instance("users", $0, ttl: 1) }
            let registrar = Registrar(registry: registry, instances: { instances }, logger: Logger(label: "test")) {}
            let group = ServiceGroup(services: [registrar], logger: Logger(label: "test"))
            let task = Task { try await group.run() }
            try await eventually("registered") { try await registry.snapshot(service: "users").instances.count == 2 }
            _ = try await registry.deregister(instances[0].key)
            try await eventually("registered again") { try await registry.snapshot(service: "users").instances.count == 2 }
            await group.triggerGracefulShutdown()
            try await task.value
            #expect(try await registry.snapshot(service: nil).instances.isEmpty)
        }
    }

    @Test func callsGoRoundAndLeaveOutWhoFails() async throws {
        try await with { registry in
            for id in ["a:1", "b:1", "c:1"] { _ = try await registry.register(Samples.instance("users", id)) }
            let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
            _ = try await discovery.load()
            let balancer = Balancer(discovery: discovery, service: "users")
            var counts: [String: Int] = [:]
            for _ in 0..<9 { counts[try await balancer.call(isSafeToRepeat: true) { $0.id }, default: 0] += 1 }
            #expect(counts == ["a:1": 3, "b:1": 3, "c:1": 3])

            counts = [:]
            var failures = 0
            for _ in 0..<10 {
                let id = try await balancer.call(isSafeToRepeat: true) { instance in
                    if instance.id == "b:1" {
                        failures += 1
                        throw ShippyError(.unavailable, "down")
                    }
                    return instance.id
                }
                counts[id, default: 0] += 1
            }
            #expect(failures == 1)
            #expect(counts["b:1"] == nil)
        }
    }

    /// Commands that make one call each must not all make it to the same instance.
    @Test func theFirstTurnIsRandom() async throws {
        try await with { registry in
            for id in ["a:1", "b:1", "c:1"] { _ = try await registry.register(Samples.instance("users", id)) }
            let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
            _ = try await discovery.load()
            var first: Set<String> = []
            for _ in 0..<60 { first.insert(try await Balancer(discovery: discovery, service: "users").call(isSafeToRepeat: true) { $0.id }) }
            #expect(first == ["a:1", "b:1", "c:1"])
        }
    }

    /// Whether or not the call may be repeated: nothing was sent to the silent one.
    @Test(arguments: [true, false])
    func aSilentInstanceIsPassedOver(isSafe: Bool) async throws {
        try await with { registry in
            for id in ["a:1", "b:1"] { _ = try await registry.register(Samples.instance("users", id)) }
            let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
            _ = try await discovery.load()
            for silent in ["a:1", "b:1"] {
                var called: [String] = []
                let answer = try await Balancer(discovery: discovery, service: "users").call(
                    isSafeToRepeat: isSafe,
                    reach: { if $0.id == silent { throw ShippyError(.unavailable, "no answer") } },
                    { instance in
                        called.append(instance.id)
                        return instance.id
                    })
                #expect(answer != silent)
                #expect(called == [answer])
            }
            // All silent: they may only be slow, and are called after all.
            let slow = try await Balancer(discovery: discovery, service: "users").call(
                isSafeToRepeat: isSafe, reach: { _ in throw ShippyError(.unavailable, "no answer") }, { $0.id })
            #expect(["a:1", "b:1"].contains(slow))
        }
    }

    @Test func onlyWhatIsSafeIsTriedElsewhere() async throws {
        try await with { registry in
            for id in ["a:1", "b:1"] { _ = try await registry.register(Samples.instance("users", id)) }
            let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
            _ = try await discovery.load()
            var calls = 0
            await #expect(throws: ShippyError.self) {
                try await Balancer(discovery: discovery, service: "users").call(isSafeToRepeat: false) { _ in
                    calls += 1
                    throw ShippyError(.unavailable, "down")
                }
            }
            #expect(calls == 1)
            calls = 0
            await #expect(throws: ShippyError.self) {
                try await Balancer(discovery: discovery, service: "users").call(isSafeToRepeat: true) { _ in
                    calls += 1
                    throw ShippyError(.conflict, "no use trying elsewhere")
                }
            }
            #expect(calls == 1)
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func theListFollowsTheRegistry(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
            let task = Task { await discovery.run() }
            _ = try await registry.register(Samples.instance("users", "a:1"))
            try await eventually("a:1 comes") { discovery.instances.map(\.id) == ["a:1"] }
            _ = try await registry.deregister(Instance.Key(service: "users", id: "a:1"))
            try await eventually("a:1 goes") { discovery.instances.isEmpty }
            task.cancel()
            await task.value
        }
    }

    /// What is known of an instance only later is told then, in its place and under its id.
    @Test(arguments: RegistryUnderTest.allCases)
    func aRegistrationFollowsWhatIsKnown(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let instances = Mutex([Samples.instance("users", "a:1", ttl: 3), Samples.instance("users", "b:1", ttl: 3)])
            let pauses = Pauses()
            let registrar = Registrar(registry: registry, instances: { instances.withLock { $0 } }, logger: Logger(label: "test")) { pause in
                _ = pauses.count(with: pause)
                try await Task.sleep(for: .milliseconds(200))
            } onRegistered: {
            }
            let group = ServiceGroup(services: [registrar], logger: Logger(label: "test"))
            let task = Task { try await group.run() }
            try await eventually("registered") { try await registry.snapshot(service: "users").instances.count == 2 }
            instances.withLock { instances in
                for index in instances.indices { instances[index].metadata["store"] = "known" }
            }
            try await eventually("it is told") {
                let found = try await registry.snapshot(service: "users").instances
                #expect(found.map(\.id) == ["a:1", "b:1"], "none is gone in between")
                return found.allSatisfy { $0.metadata["store"] == "known" }
            }
            // Their lease is renewed as any other.
            let lease = try await registry.snapshot(service: "users").instances.map(\.lease)
            let count = pauses.all.count
            try await eventually("it is renewed") { pauses.all.count > count + 3 }
            #expect(try await registry.snapshot(service: "users").instances.map(\.lease) == lease)
            await group.triggerGracefulShutdown()
            try await task.value
        }
    }

    @Test func aRegistrationIsRenewedAtAThirdOfItsTime() async throws {
        try await with { registry in
            let pauses = Pauses()
            let instances = [Samples.instance("users", "a:1", ttl: 60), Samples.instance("users", "b:1", ttl: 30)]
            let registrar = Registrar(registry: registry, instances: { instances }, logger: Logger(label: "test")) { pause in
                if pauses.count(with: pause) > 3 { try await Task.sleep(for: .seconds(600)) }
            } onRegistered: {
            }
            let group = ServiceGroup(services: [registrar], logger: Logger(label: "test"))
            let task = Task { try await group.run() }
            try await eventually("it renews") { pauses.all.count > 3 }
            #expect(pauses.all.allSatisfy { $0 == .seconds(10) })
            await group.triggerGracefulShutdown()
            try await task.value
        }
    }

    /// A registry that is away is tried again before the lease would have to be renewed, however short that is.
    @Test func aRegistryThatIsAwayIsTriedAgainSoon() async throws {
        let registry = EtcdRegistry(EtcdOptions(endpoints: [HostPort(host: "127.0.0.1", port: try FreePort.find())]))
        let pauses = Pauses()
        let instance = Samples.instance(ttl: 30)
        let registrar = Registrar(registry: registry, instances: { [instance] }, logger: Logger(label: "test")) { pause in
            if pauses.count(with: pause) > 1 { try await Task.sleep(for: .seconds(600)) }
        } onRegistered: {
        }
        let group = ServiceGroup(services: [registrar], logger: Logger(label: "test"))
        let task = Task { try await group.run() }
        try await eventually("it tries") { pauses.all.count > 1 }
        #expect(pauses.all.allSatisfy { $0 <= .seconds(1) })
        await group.triggerGracefulShutdown()
        try await task.value
        await registry.close()
    }
}

private final class Pauses: Sendable {
    private let pauses = Mutex<[Duration]>([])

    var all: [Duration] { pauses.withLock { $0 } }

    /// - Returns: how many there are with this one.
    func count(with pause: Duration) -> Int {
        pauses.withLock { pauses in
            pauses.append(pause)
            return pauses.count
        }
    }
}
