import EmbeddedEngines
import EtcdEngine
import ShippyCore
import TestSupport
import Testing

/// A registry that the contract is tested on, each test with one of its own.
enum RegistryUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case embedded, etcd

    var testDescription: String { rawValue }

    func with(_ body: (any ServiceRegistry) async throws -> Void) async throws {
        try await withForgetful { registry, _ in try await body(registry) }
    }

    /// - Parameter body: is also given what makes the registry forget all changes so far.
    func withForgetful(_ body: (any ServiceRegistry, _ forget: () async throws -> Void) async throws -> Void) async throws {
        switch self {
        case .embedded:
            let directory = try TemporaryDirectory()
            let registry = try EmbeddedRegistry(path: directory("registry.db"), keptChanges: 50)
            try await Self.with(registry) {
                try await body(registry) {
                    for _ in 0..<1100 { _ = try await registry.register(Samples.instance("users", "a:1")) }
                }
            }
        case .etcd:
            let server = try await EtcdServer.start()
            let registry = EtcdRegistry(EtcdOptions(endpoints: [try HostPort(server.address)]))
            try await Self.with(registry) {
                try await body(registry) {
                    for _ in 0..<10 { _ = try await registry.register(Samples.instance("users", "a:1")) }
                    try await server.compact(registry.snapshot(service: nil).revision)
                }
            }
            try await server.kill()
        }
    }

    private static func with(_ registry: any ServiceRegistry, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            await registry.close()
            throw error
        }
        await registry.close()
    }
}
