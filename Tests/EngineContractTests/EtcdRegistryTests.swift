import EtcdEngine
import Foundation
import ShippyCore
import ShippyDiscovery
import TestSupport
import Testing

/// What shippy promises of a registry in etcd, where others write, too.
@Suite struct EtcdRegistryTests {
    private func with(_ arguments: [String] = [], _ body: (EtcdServer, EtcdRegistry) async throws -> Void) async throws {
        let server = try await EtcdServer.start(arguments)
        let registry = EtcdRegistry(EtcdOptions(endpoints: [try HostPort(server.address)]))
        try await body(server, registry)
        await registry.close()
        try await server.kill()
    }

    private func instance(_ id: String, at address: String = "127.0.0.1:8082") -> Instance {
        Instance(service: "notificator", id: id, address: address, protocol: "grpc", version: "1", ttl: 60)
    }

    // MARK: The key that go-kit's clients read

    @Test func whoSharesAnAddressDoesNotTakeTheOthersKeyAlong() async throws {
        try await with { server, registry in
            let key = "/services/notificator/127.0.0.1:8082"
            let (one, other) = (instance("notificator-1"), instance("notificator-2"))
            let first = try await registry.register(one)
            let second = try await registry.register(other)
            #expect(try await registry.keepAlive(first), "the other one keeps the key for both")
            #expect(try await registry.keepAlive(second))
            #expect(try await registry.snapshot(service: nil).instances.map(\.id) == ["notificator-1", "notificator-2"])

            #expect(try await registry.deregister(one.key))
            #expect(try await server.value(of: key) == "127.0.0.1:8082")
            #expect(try await registry.keepAlive(second))

            let third = try await registry.register(one)
            #expect(try await registry.deregister(one.key))
            #expect(try await server.value(of: key) == nil)
            #expect(try await !registry.keepAlive(third))
            #expect(try await !registry.keepAlive(second), "the one that is left has to write the key again")
            let again = try await registry.register(other)
            #expect(try await registry.keepAlive(again))
            #expect(try await server.value(of: key) == "127.0.0.1:8082")
        }
    }

    @Test func whatIsTakenOutOrOverwrittenByHandIsRegisteredAgain() async throws {
        try await with { server, registry in
            let keys = ["/services/notificator/127.0.0.1:8082", "/shippy/instances/notificator/notificator-1"]
            for key in keys {
                var lease = try await registry.register(instance("notificator-1"))
                #expect(try await registry.keepAlive(lease))
                try await server.delete(key)
                #expect(try await !registry.keepAlive(lease), "\(key) is gone")
                lease = try await registry.register(instance("notificator-1"))
                #expect(try await registry.keepAlive(lease))
                try await server.put(key, "nonsense")
                #expect(try await !registry.keepAlive(lease), "\(key) is overwritten")
            }
            let lease = try await registry.register(instance("notificator-1"))
            #expect(try await registry.keepAlive(lease))
            #expect(try await server.value(of: keys[0]) == "127.0.0.1:8082")
            #expect(try await registry.snapshot(service: nil).instances.map(\.key) == [instance("notificator-1").key])
        }
    }

    @Test func aWatchSeesWhatIsOverwritten() async throws {
        try await with { server, registry in
            let revision = try await registry.snapshot(service: nil).revision
            _ = try await registry.register(instance("notificator-1"))
            try await server.put("/shippy/instances/notificator/notificator-1", "nonsense")
            try await server.put("/services/notificator/127.0.0.1:8082", "127.0.0.1:8082")
            _ = try await registry.register(instance("notificator-1"))
            _ = try await registry.register(instance("end"))
            var living: Set<Instance.Key> = []
            for try await update in registry.watch(service: nil, after: revision) {
                switch update {
                case .change(.put(let instance), _): living.insert(instance.key)
                case .change(.delete(let key, _), _): living.remove(key)
                case .resync: Issue.record("a resync")
                }
                if case .change(.put(let instance), _) = update, instance.id == "end" { break }
            }
            // The keys of go-kit come by a watcher of their own, in no order with those of shippy.
            #expect(Set(living.filter { $0.foreignOwner == nil }) == [instance("notificator-1").key, instance("end").key])
            let listed = try await registry.snapshot(service: nil).instances
            #expect(listed.allSatisfy { $0.foreignOwner == nil }, "shippy's key is its own again")
        }
    }

    // MARK: What others write

    private static let addresses = ["10.0.0.1:1", "a:1", "", "nowhere", "[::1]:70000", "127.0.0.1:8082"]

    /// Values as programs, people and accidents write them.
    private static func value(_ random: inout SplitMix) -> [UInt8] {
        let name = ["users", "notificator", "go.micro.srv.user", "", "a/b"].randomElement(using: &random)!
        let id = ["users-1", "a:1", "a/b", "", "\u{e9}", "e\u{301}"].randomElement(using: &random)!
        let address = addresses.randomElement(using: &random)!
        let number = ["10", "-1", "1e300", "\"NaN\"", "\"Infinity\"", "\"x\"", "99999999999999999999", "null"].randomElement(using: &random)!
        let time = ["2026-01-02T03:04:05Z", "99999999-01-01T00:00:00Z", "-1", ""].randomElement(using: &random)!
        let text =
            switch Int.random(in: 0..<6, using: &random) {
            case 0: address
            case 1: #"{"name":"\#(name)","nodes":[{"id":"\#(id)","address":"\#(address)"},{"id":"\#(id)","address":"\#(address)"}]}"#
            case 2: #"{"name":"\#(name)","version":\#(number),"nodes":[{"id":"\#(id)","address":"\#(address)","metadata":{"protocol":"grpc"}}]}"#
            case 3, 4:
                #"{"service":"\#(name)","id":"\#(id)","address":"\#(address)","protocol":"grpc","ttl":\#(number),"registered_at":"\#(time)","metadata":{"registered_by":"go-kit"}}"#
            default: ["[]", "{", "null", "{}", #"{"nodes":[]}"#, #"{"nodes":null,"name":"users"}"#].randomElement(using: &random)!
            }
        var bytes = [UInt8](text.utf8)
        if Bool.random(using: &random), !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        }
        return bytes
    }

    private static func key(_ random: inout SplitMix) -> [UInt8] {
        let prefix = ["/shippy/instances/", "/services/", "/micro/registry/"].randomElement(using: &random)!
        let service = ["users", "notificator", "go.micro.srv.user", "", "a-b"].randomElement(using: &random)!
        let id = ["users-1", "a:1", "a-b", "a/b", "", "\u{e9}", "e\u{301}", "10.0.0.1:1"].randomElement(using: &random)!
        let name = [UInt8]("\(prefix)\(service)/\(id)".utf8)
        // Some are no text.
        return Int.random(in: 0..<8, using: &random) == 0 ? name + [0xff, UInt8.random(in: .min ... .max, using: &random)] : name
    }

    @Test func nothingThatOthersWriteEndsAnything() async throws {
        try await with { server, registry in
            let seed = UInt64.random(in: .min ... .max)
            var random = SplitMix(seed)
            let discovery = Discovery(registry: registry, service: "users", protocol: "grpc")
            let following = Task { await discovery.run() }
            let revision = try await registry.snapshot(service: nil).revision
            let ours = Instance(service: "users", id: "users-ours", address: "127.0.0.1:1", protocol: "grpc", version: "1", ttl: 60)
            _ = try await registry.register(ours)
            for _ in 0..<10 {
                try await server.put((0..<100).map { _ in (key: Self.key(&random), value: Self.value(&random)) })
                let all = try await registry.snapshot(service: nil).instances
                #expect(all.contains { $0.key == ours.key }, "seed \(seed)")
                #expect(all.allSatisfy { $0.ttl.isFinite && !$0.id.isEmpty && !$0.service.isEmpty }, "seed \(seed)")
                _ = try await registry.timeLeft(of: all)
                _ = try await discovery.load()
                #expect(discovery.instances.map(\.id) == ["users-ours"], "seed \(seed)")
            }
            let end = Instance(service: "users", id: "users-z", address: "127.0.0.1:2", protocol: "grpc", version: "1", ttl: 60)
            _ = try await registry.register(end)
            for try await update in registry.watch(service: nil, after: revision) {
                if case .change(.put(let instance), _) = update, instance.key == end.key { break }
            }
            try await eventually("it follows") { discovery.instances.map(\.id) == ["users-ours", "users-z"] }
            following.cancel()
            await following.value
        }
    }

    @Test func foreignInstancesAreListedAndNotCalled() async throws {
        try await with { server, registry in
            _ = try await registry.register(instance("10.0.0.9:1", at: "127.0.0.1:9"))
            try await server.put("/services/notificator/10.0.0.9:1", "10.0.0.9:1")
            let micro = #"{"name":"notificator","nodes":[{"id":"n","address":"10.0.0.9:1"},{"id":"n","address":"10.0.0.9:1"}]}"#
            for key in ["n", "m"] { try await server.put("/micro/registry/notificator/\(key)", micro) }
            let discovery = Discovery(registry: registry, service: "notificator", protocol: "grpc")
            _ = try await discovery.load()
            #expect(discovery.instances.map(\.address) == ["127.0.0.1:9"])
            let all = try await registry.snapshot(service: nil).instances
            let names = Set(all.map { "\($0.id) \($0.foreignOwner ?? "shippy")" })
            #expect(names == ["10.0.0.9:1 shippy", "10.0.0.9:1 go-kit", "n go-micro", "m go-micro"])
            #expect(Set(all.map(\.key)).count == 4)
            await #expect(throws: ShippyError.self) { try await registry.deregister(all.first { $0.foreignOwner == "go-kit" }!.key) }
            #expect(try await registry.deregister(instance("10.0.0.9:1").key))
            #expect(try await server.value(of: "/services/notificator/10.0.0.9:1") == "10.0.0.9:1")
        }
    }

    // MARK: An etcd that is not well

    @Test(.timeLimit(.minutes(2))) func aWatchEndsWhenItsMemberHangs() async throws {
        try await with { server, registry in
            _ = try await registry.snapshot(service: nil)
            var updates = registry.watch(service: nil, after: 0).makeAsyncIterator()
            _ = try await registry.register(instance("notificator-1"))
            _ = try await updates.next()
            server.signal(SIGSTOP)
            let stopped = ContinuousClock.now
            await #expect(throws: ShippyError.self) { while try await updates.next() != nil {} }
            // Three seconds of silence and three for an answer; the rest is for a busy machine.
            #expect(stopped.duration(to: .now) < .seconds(60))
            server.signal(SIGCONT)
        }
    }

    @Test(.timeLimit(.minutes(3))) func aWatchGoesOnWithAnotherMember() async throws {
        let cluster = try await EtcdCluster.start()
        let registry = EtcdRegistry(EtcdOptions(endpoints: try cluster.addresses.map(HostPort.init)))
        let revision = try await registry.snapshot(service: nil).revision
        var updates = registry.watch(service: nil, after: revision).makeAsyncIterator()
        var seen: [String] = []
        for number in 0..<3 {
            let id = "notificator-\(number)"
            _ = try await registry.register(instance(id))
            while seen.last != id, let update = try await updates.next() {
                if case .change(.put(let instance), _) = update { seen.append(instance.id) } else { Issue.record("\(update)") }
            }
            // The one that is asked, and told the changes so far.
            if number == 0 { cluster.signal(SIGSTOP, member: 0) }
        }
        #expect(seen == ["notificator-0", "notificator-1", "notificator-2"], "each once")
        #expect(try await registry.probe().hasPrefix("etcd "))

        cluster.signal(SIGSTOP, member: 1)
        let stopped = ContinuousClock.now
        await #expect(throws: ShippyError.self) { while try await updates.next() != nil {} }
        #expect(stopped.duration(to: .now) < .seconds(60), "without a quorum nobody knows of changes")
        try await eventually("it is not well") {
            do {
                _ = try await registry.probe()
                return false
            } catch {
                return true
            }
        }
        await registry.close()
        try await cluster.kill()
    }

    @Test(.timeLimit(.minutes(3))) func anEtcdThatIsAwayIsTriedEveryTwoSeconds() async throws {
        let listener = try RefusingListener()
        let registry = EtcdRegistry(EtcdOptions(endpoints: [try HostPort("127.0.0.1:\(listener.port)")]))
        // Waits that go on growing by six tenths would come to ten minutes before the sixteenth attempt.
        try await eventually("it is tried for the sixteenth time", within: .seconds(120), every: .milliseconds(50)) {
            await #expect(throws: ShippyError.self) { try await registry.snapshot(service: nil) }
            return listener.count >= 16 ? true : nil
        }
        await registry.close()
    }

    @Test func anEtcdWithoutSpaceIsNotWell() async throws {
        try await with(["--quota-backend-bytes", "4000000"]) { server, registry in
            #expect(try await registry.probe().hasPrefix("etcd "))
            // The last of them find no space.
            await #expect(throws: NeverHappened.self) {
                let filler = [UInt8](repeating: 1, count: 1 << 16)
                try await server.put((0..<100).map { (key: [UInt8]("/filler/\($0)".utf8), value: filler) })
            }
            try await eventually("it says so") {
                do {
                    _ = try await registry.probe()
                    return false
                } catch let error as ShippyError {
                    return error.code == .unavailable && error.message.contains("space")
                }
            }
            #expect(try await registry.snapshot(service: nil).instances.isEmpty, "questions are answered all the same")
        }
    }
}

/// The same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
