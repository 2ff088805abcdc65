import ArgumentParser
import ShippyAccess
import ShippyConfiguration
import ShippyCore

struct KeyRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Remove a key at once, and list the keys.",
        usage: """
            shippy key revoke [<options>] <kid>
            shippy key revoke [<options>] --all
            """,
        discussion: """
            All access tokens that it has signed are refused. Sessions go on: their clients get new tokens. Use it if the key may \
            have become known, and `shippy key rotate` otherwise.

            --all works on the store itself, without a service, and needs no secret: it is for an installation whose secret is \
            lost. The next service to start, or one that runs, makes new keys under its own secret. Sessions of the lost secret end.

            Examples:
              shippy key revoke -- l3Vfmi8LGZyvdFMvqzhVLEBPFZEvJfTAGGLGZiSJqUY
              shippy key revoke --all
            """)

    @Argument(help: "The key's ID, or its first characters.")
    var kid: String?

    @Flag(help: "Remove all keys from the store.")
    var all = false

    @OptionGroup var confirmation: Confirmation
    @OptionGroup(title: EveryCommand.heading) var common: Flags<EveryCommand>

    func validate() throws {
        guard (kid != nil) != all else { throw ValidationError("Give either the ID of a key or --all.") }
    }

    func run() async throws {
        let context = try CommandContext.load(common)
        if let kid {
            return try await context.listKeys { access in
                let id = try await access.keyID(typed: kid)
                try await Protection.ask(context, confirm: confirmation.confirm, "Remove key \(id)", otherwise: "no key was removed")
                return try await access.revokeKey(id, requestID: context.requestID)
            }
        }
        try await confirmation.question(context, place: context.storePlace)?
            .ask("Remove all signing keys of \(context.storePlace)", otherwise: "no key was removed")
        try await context.withStore { store in
            let count = try await store.removeSigningKeys(requestID: context.requestID)
            Console.say("shippy: keys removed: \(count); the next service to start makes new ones")
        }
        try await context.rendering.list([] as [SigningKeyStatus]) { KeyTable().fill($0, []) }
    }
}

extension Store {
    /// - Returns: how many there were.
    fileprivate func removeSigningKeys(requestID: String) async throws -> Int {
        while true {
            try Task.checkCancellation()
            let stored = try await signingKeys()
            if stored.keys.isEmpty { return 0 }
            let audit = AuditEntry(.revokeKey, target: "", by: .owner, requestID: requestID, detail: "keys=\(stored.keys.count)")
            // Another process may have been faster.
            if try await replaceSigningKeys([], ifRevision: stored.revision, ifValid: nil, audit: audit) { return stored.keys.count }
        }
    }
}
