import ArgumentParser
import Foundation
import Logging
import ShippyConfiguration
import ShippyCore

/// Completions for the shell, from actual data.
enum Completion {
    @Sendable static func emails(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer(arguments) { context in
            try await context.withStore { try await $0.emails(prefix: prefix, limit: 50) }
        }
    }

    @Sendable static func services(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer(arguments) { context in
            let instances = try await context.withRegistry { try await $0.snapshot(service: nil).instances }
            return Set(instances.map(\.service)).sorted()
        }
    }

    @Sendable static func instances(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer(arguments) { context in
            let instances = try await context.withRegistry { try await $0.snapshot(service: nil).instances }
            return instances.filter { arguments.contains($0.service) }.map(\.id)
        }
    }

    @Sendable static func mails(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer(arguments) { context in
            try await context.withStore { store in
                // Dead mails first: they need someone to look at them.
                let dead = try await store.mails(state: .dead, after: prefix, limit: 50)
                let all = try await store.mails(state: nil, after: prefix, limit: 50)
                var offered: Set<String> = []
                return (dead + all).map(\.id).filter { $0.hasPrefix(prefix) && offered.insert($0).inserted }
            }
        }
    }

    /// Sequence numbers of dead letters.
    @Sendable static func deadLetters(arguments: [String], index: Int, prefix: String) async -> [String] {
        await offer(arguments) { context in
            try await context.withBus { try await $0.deadLetters(after: 0, limit: 50) }.map { "\($0.sequence)" }
        }
    }

    @Sendable static func subjects(arguments: [String], index: Int, prefix: String) -> [String] {
        Subject.ofUsers.map(\.description) + ["user.>", "dead-letter.notificator", ">"]
    }

    @Sendable static func contexts(arguments: [String], index: Int, prefix: String) -> [String] {
        ContextStore().file.names
    }

    /// The shell must never get an error instead of a word, so without readable data nothing is offered.
    ///
    /// - Parameter arguments: the line so far. A context that it names holds the data to offer.
    private static func offer(_ arguments: [String], _ body: (CommandContext) async throws -> [String]) async -> [String] {
        guard let context = try? CommandContext.quietly(contextFlag(in: arguments), logLevel: .critical),
            FileManager.default.fileExists(atPath: context.configuration.home)
        else { return [] }
        return (try? await body(context)) ?? []
    }

    private static func contextFlag(in arguments: [String]) -> [String: String] {
        let row = Settings.context.row
        for (index, argument) in arguments.enumerated() {
            if argument == row.flag, index + 1 < arguments.count { return [row.name: arguments[index + 1]] }
            if argument.hasPrefix("\(row.flag)=") { return [row.name: String(argument.dropFirst(row.flag.count + 1))] }
        }
        return [:]
    }
}
