import ShippyCore
import TestSupport
import Testing

@Suite struct RegistryContractTests {
    @Test(arguments: RegistryUnderTest.allCases)
    func whatIsRegisteredIsListed(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            _ = try await registry.register(Samples.instance("users", "a:1"))
            _ = try await registry.register(Samples.instance("notificator", "b:1"))
            let all = try await registry.snapshot(service: nil)
            #expect(all.instances.map(\.id) == ["b:1", "a:1"])
            let users = try await registry.snapshot(service: "users").instances
            #expect(users.count == 1)
            #expect(users[0].metadata == ["host": "here"])
            let left = try #require(try await registry.timeLeft(of: users)[users[0].key])
            #expect(left > 5 && left <= 10)
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aLeaseEndsWithoutRenewal(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let start = ContinuousClock.now
            let dying = try await registry.register(Samples.instance("users", "dying:1", ttl: 1))
            try await eventually("it is gone", within: .seconds(30)) { try await registry.snapshot(service: nil).instances.isEmpty }
            #expect(start.duration(to: .now) > .milliseconds(900))
            #expect(try await !registry.keepAlive(dying))
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aRenewedLeaseHolds(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            // Long enough that a busy machine's pauses do not end it.
            let lease = try await registry.register(Samples.instance("users", "living:1", ttl: 8))
            let start = ContinuousClock.now
            while start.duration(to: .now) < .seconds(9) {
                try #require(try await registry.keepAlive(lease))
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(try await registry.snapshot(service: nil).instances.map(\.id) == ["living:1"])
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aDeregisteredLeaseIsGone(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let instance = Samples.instance()
            let lease = try await registry.register(instance)
            #expect(try await registry.deregister(instance.key))
            #expect(try await !registry.deregister(instance.key))
            #expect(try await !registry.keepAlive(lease))
            #expect(try await registry.snapshot(service: nil).instances.isEmpty)
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func oneLeaseHoldsAllInstancesOfAProcess(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let instances = ["a:1", "b:1", "c:1"].map { Samples.instance("users", $0, ttl: 8) }
            let lease = try await registry.register(instances)
            #expect(try await registry.keepAlive(lease))
            let registered = try await registry.snapshot(service: nil).instances
            #expect(registered.map(\.id) == ["a:1", "b:1", "c:1"])
            #expect(Set(registered.map(\.lease)) == [lease.id])
            #expect(try await registry.timeLeft(of: registered).count == 3)
            _ = try await registry.deregister(instances[1].key)
            #expect(try await !registry.keepAlive(lease), "one of them is gone")
            let again = try await registry.register(instances)
            #expect(try await registry.keepAlive(again))
            #expect(try await !registry.keepAlive(lease))
            #expect(try await registry.snapshot(service: nil).instances.count == 3)
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func allInstancesOfADeadProcessExpire(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            _ = try await registry.register(["a:1", "b:1"].map { Samples.instance("users", $0, ttl: 1) })
            _ = try await registry.register(Samples.instance("users", "living:1", ttl: 60))
            try await eventually("they expire") { try await registry.snapshot(service: nil).instances.map(\.id) == ["living:1"] }
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aNewRegistrationTakesThePlaceOfTheOld(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let old = try await registry.register(Samples.instance())
            let new = try await registry.register(Samples.instance())
            #expect(try await !registry.keepAlive(old))
            #expect(try await registry.keepAlive(new))
            #expect(try await registry.snapshot(service: nil).instances.count == 1)
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aWatchSeesEveryChangeAfterItsRevision(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            _ = try await registry.register(Samples.instance("users", "before:1"))
            let revision = try await registry.snapshot(service: nil).revision
            _ = try await registry.register(Samples.instance("users", "a:1"))
            _ = try await registry.register(Samples.instance("users", "b:1", ttl: 600))
            _ = try await registry.register(Samples.instance("users", "short:1", ttl: 0.5))
            _ = try await registry.deregister(Instance.Key(service: "users", id: "a:1"))
            var seen: [String] = []
            for try await update in registry.watch(service: "users", after: revision) {
                switch update {
                case .change(.put(let instance), _): seen.append("+\(instance.id)")
                case .change(.delete(let key, let reason), _): seen.append("-\(key.id) \(reason.rawValue)")
                case .resync: seen.append("resync")
                }
                if seen.last == "-short:1 expired" { break }
            }
            // An instance that is gone again by the time it is read has only its end.
            #expect(seen.filter { $0 != "+a:1" && $0 != "+short:1" } == ["+b:1", "-a:1 deregistered", "-short:1 expired"])
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aWatchThatIsTooFarBehindGetsAllThereIs(engine: RegistryUnderTest) async throws {
        try await engine.withForgetful { registry, forget in
            let revision = try await registry.snapshot(service: nil).revision
            try await forget()
            for try await update in registry.watch(service: nil, after: revision) {
                guard case .resync(let snapshot) = update else {
                    Issue.record("no resync")
                    return
                }
                #expect(snapshot.instances.map(\.id) == ["a:1"])
                break
            }
        }
    }

    @Test(arguments: RegistryUnderTest.allCases)
    func aWatchFromARevisionThatIsNotReachedGetsAllThereIs(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            _ = try await registry.register(Samples.instance("users", "a:1"))
            let revision = try await registry.snapshot(service: nil).revision
            for try await update in registry.watch(service: nil, after: revision + 1000) {
                guard case .resync(let snapshot) = update else {
                    Issue.record("no resync")
                    return
                }
                #expect(snapshot.instances.map(\.id) == ["a:1"])
                #expect(update.revision <= revision)
                break
            }
        }
    }

    /// More changes than are kept for a reader that does nothing meanwhile.
    @Test(.timeLimit(.minutes(5)), arguments: RegistryUnderTest.allCases)
    func aReaderThatIsTooSlowGetsAllThereIs(engine: RegistryUnderTest) async throws {
        try await engine.with { registry in
            let revision = try await registry.snapshot(service: nil).revision
            var updates = registry.watch(service: nil, after: revision).makeAsyncIterator()
            _ = try await registry.register(Samples.instance("users", "first:1", ttl: 600))
            _ = try await updates.next()
            // etcd pings whoever calls it so often, and SwiftNIO takes very many of those for an attack.
            let rounds = engine == .etcd ? 60 : 1000
            for round in 1...rounds {
                _ = try await registry.register(
                    (0..<125).map {
                        Instance(service: "users", id: "\($0)", address: "a:1", protocol: "http", version: "\(round)", ttl: 600)
                    })
            }
            _ = try await registry.register(Samples.instance("users", "last:1", ttl: 600))
            var (versions, told, resyncs): ([String: String], Int, Int) = ([:], 0, 0)
            while versions["last:1"] == nil, let update = try await updates.next() {
                switch update {
                case .change(.put(let instance), _):
                    versions[instance.id] = instance.version
                    told += 1
                case .change(.delete(let key, _), _): versions[key.id] = nil
                case .resync(let snapshot):
                    versions = Dictionary(snapshot.instances.map { ($0.id, $0.version) }) { $1 }
                    resyncs += 1
                }
            }
            let expected = try await registry.snapshot(service: nil).instances.map { ($0.id, $0.version) }
            #expect(versions == Dictionary(expected) { $1 })
            #expect(versions["99"] == "\(rounds)")
            #expect(resyncs > 0)
            #expect(told < 5000, "the others were not kept for it")
        }
    }
}
