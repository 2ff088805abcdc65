import ShippyAccess
import ShippyConfiguration
import ShippyCore

/// Whether this machine has the secret of the store's keys, and how old the key is that signs.
struct KeyChecks: Sendable {
    private static let old = Duration.seconds(180 * 86_400)

    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    func findings() async -> [Finding] {
        let configuration = context.configuration
        if let file = configuration.storeFile, FileIdentity(file) == nil { return [] }
        do {
            let stored = try await context.withStore { try await $0.signingKeys() }
            guard !stored.keys.isEmpty else { return [.ok(.keys, "there are none yet: the first service makes them")] }
            guard let secret = try Access.presentSecret(configuration) else {
                return [
                    .fault(
                        .keys, "there is no secret in \(configuration.secretPath), but the store has keys that need it",
                        advice: "copy it from another machine or the backup; if it is lost, see `shippy key revoke --help`")
                ]
            }
            _ = try KeyRing(stored, secret: secret, at: .now)
            return Self.age(stored.keys, at: .now)
        } catch let error as ShippyError where error.code == .unavailable {
            // The store's own area says so.
            return []
        } catch {
            return [.fault(.keys, ShippyError.reason(of: error), advice: "copy the right secret to \(configuration.secretPath)")]
        }
    }

    static func age(_ keys: [StoredSigningKey], at now: Timestamp) -> [Finding] {
        let signer = keys.first { $0.state(among: keys, at: now) == .signs }
        guard let since = signer?.signsFrom, now - since > old else {
            return [.ok(.keys, "the secret opens them, and the one that signs is at most \(Int(old.seconds / 86_400)) days old")]
        }
        return [
            .warning(.keys, "the key that signs has done so for \(RelativeTime.length(now - since))", advice: "rotate it with `shippy key rotate`")
        ]
    }
}
