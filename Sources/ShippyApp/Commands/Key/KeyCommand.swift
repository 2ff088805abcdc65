import ArgumentParser
import ShippyCore

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "List, rotate and revoke the keys that sign access tokens.",
        discussion: """
            A key stands by until all verifiers can know it, then signs, and is retired when the last of its tokens has run out. \
            The service does this on its own.
            """,
        subcommands: [KeyListCommand.self, KeyRotateCommand.self, KeyRevokeCommand.self])
}

extension CommandContext {
    /// Calls `body`, and lists the keys that there are after it.
    func listKeys(_ body: (any AccessAPI) async throws -> [SigningKeyStatus]) async throws {
        try await withAccess { access in
            let keys = try await body(access)
            try await rendering.list(keys) { KeyTable().fill($0, keys) }
        }
    }
}
