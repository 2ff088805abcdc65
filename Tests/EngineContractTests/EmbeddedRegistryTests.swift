import EmbeddedEngines
import Foundation
import GRDB
import ShippyCore
import TestSupport
import Testing

/// What only a registry in a file can do wrong.
@Suite struct EmbeddedRegistryTests {
    /// Times are counted from the boot: those of an earlier one say nothing.
    @Test func aRestartOfTheMachineEndsEveryLease() async throws {
        let home = try TemporaryDirectory()
        let registry = try EmbeddedRegistry(path: home("registry.db"))
        let lease = try await registry.register(Samples.instance("users", "a:1", ttl: 600))
        try await DatabaseQueue(path: home("registry.db")).write { try $0.execute(sql: "UPDATE instances SET boot = 'an earlier one'") }
        #expect(try await registry.snapshot(service: nil).instances.isEmpty)
        #expect(try await !registry.keepAlive(lease))
        #expect(try await registry.timeLeft(of: lease.instances).isEmpty)
        await registry.close()
    }

    @Test func aCopyOfItNamesNobody() async throws {
        let (home, other) = (try TemporaryDirectory(), try TemporaryDirectory())
        let registry = try EmbeddedRegistry(path: home("registry.db"))
        let lease = try await registry.register(Samples.instance("users", "a:1", ttl: 600))
        for file in try FileManager.default.contentsOfDirectory(atPath: home.path) {
            try FileManager.default.copyItem(atPath: home(file), toPath: other(file))
        }
        let copy = try EmbeddedRegistry(path: other("registry.db"))
        #expect(try await copy.snapshot(service: nil).instances.isEmpty)
        #expect(try await !copy.keepAlive(lease))
        _ = try await copy.register(Samples.instance("users", "b:1", ttl: 600))
        #expect(try await copy.snapshot(service: nil).instances.map(\.id) == ["b:1"])
        #expect(try await registry.keepAlive(lease))
        #expect(try await registry.snapshot(service: nil).instances.map(\.id) == ["a:1"])
        await copy.close()
        await registry.close()

        // The same file under another name is no copy.
        let moved = try TemporaryDirectory()
        for file in try FileManager.default.contentsOfDirectory(atPath: home.path) {
            try FileManager.default.moveItem(atPath: home(file), toPath: moved(file))
        }
        let again = try EmbeddedRegistry(path: moved("registry.db"))
        #expect(try await again.snapshot(service: nil).instances.map(\.id) == ["a:1"])
        await again.close()
    }

    @Test func whoeverWatchesSeesADeadInstanceGoSoon() async throws {
        try await RegistryUnderTest.embedded.with { registry in
            let revision = try await registry.snapshot(service: nil).revision
            let start = ContinuousClock.now
            _ = try await registry.register(Samples.instance("users", "a:1", ttl: 1))
            for try await update in registry.watch(service: nil, after: revision) {
                if case .change(.delete(_, .expired), _) = update { break }
            }
            // Promised is two seconds after the end of its lease; the rest is for a busy machine.
            #expect(start.duration(to: .now) < .seconds(1 + 2 + 9))
        }
    }
}
