import ArgumentParser
import Foundation
import Logging
import ShippyConfiguration
import ShippyCore

/// Completions for the shell, from actual data.
enum Completion {
    @Sendable static func emails(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { context in
            try await context.withStore { try await $0.emails(prefix: prefix, limit: 50) }
        }
    }

    @Sendable static func services(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { context in
            let instances = try await context.withRegistry { try await $0.snapshot(service: nil).instances }
            return Set(instances.map(\.service)).sorted()
        }
    }

    @Sendable static func instances(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { context in
            let instances = try await context.withRegistry { try await $0.snapshot(service: nil).instances }
            return instances.filter { arguments.contains($0.service) }.map(\.id)
        }
    }

    @Sendable static func mails(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer { context in
            try await context.withStore { store in
                // Dead mails first: they need someone to look at them.
                let dead = try await store.mails(state: .dead, after: prefix, limit: 50)
                let all = try await store.mails(state: nil, after: prefix, limit: 50)
                var offered: Set<String> = []
                return (dead + all).map(\.id).filter { $0.hasPrefix(prefix) && offered.insert($0).inserted }
            }
        }
    }

    @Sendable static func subjects(arguments: [String], index: Int, prefix: String) -> [String] {
        ["user.created", "dead-letter.notificator", ">"]
    }

    /// The shell must never get an error instead of a word, so without readable data nothing is offered.
    private static func offer(_ body: (CommandContext) async throws -> [String]) async -> [String] {
        guard let context = try? CommandContext.load(Flags<EveryCommand>(), logLevel: .critical),
            FileManager.default.fileExists(atPath: context.configuration.home)
        else { return [] }
        return (try? await body(context)) ?? []
    }
}
