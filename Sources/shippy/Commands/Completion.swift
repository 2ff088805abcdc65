import ArgumentParser
import Foundation
import ShippyCore

/// What the shell offers after Tab: what is really there.
enum Completion {
    @Sendable static func emails(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { settings, options in
            let store = try Engines.openStore(settings, options)
            let emails = try await store.emails(prefix: prefix, limit: 50)
            await store.close()
            return emails
        }
    }

    @Sendable static func services(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { settings, options in
            let registry = try Engines.openRegistry(settings, options)
            let names = Set(try await registry.snapshot(service: nil).instances.map(\.service))
            await registry.close()
            return names.sorted()
        }
    }

    @Sendable static func instances(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { settings, options in
            let registry = try Engines.openRegistry(settings, options)
            let instances = try await registry.snapshot(service: nil).instances
            await registry.close()
            return instances.filter { arguments.contains($0.service) }.map(\.id)
        }
    }

    @Sendable static func mails(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { settings, options in
            let store = try Engines.openStore(settings, options)
            let mails = try await store.mails(state: nil, after: nil, limit: 50)
            await store.close()
            return mails.map(\.id)
        }
    }

    @Sendable static func subjects(arguments: [String], index: Int, prefix: String) -> [String] {
        ["user.created", "dead-letter.notificator", ">"]
    }

    /// A shell that waits for a word must not get an error instead: where nothing can be read, nothing is offered.
    private static func offer(_ body: (Settings, GlobalOptions) async throws -> [String]) async -> [String] {
        guard let options = try? GlobalOptions.parse([]), let settings = try? await Settings.load(options),
            FileManager.default.fileExists(atPath: settings.home)
        else { return [] }
        return (try? await body(settings, options)) ?? []
    }
}
